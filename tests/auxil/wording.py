"""What no text of the product may say, in any language."""

FORBIDDEN = {
    "asking for the picture": (
        r"\b(?:send|show|upload|share|forward) (?:me|us|here) (?:the|your|that|this|any) (?:\w+ )?(?:picture|photo|video|image)"
        r"|(?:apni|wo|woh|wohi|ye) (?:tasveer|video|photo)(?:ein|s)? (?:yahan |mujhe |hamein )?(?:bhejein|bhej dein|dikhayein)"
        r"|(?:اپنی|وہ|یہ) (?:تصویر|تصویریں|ویڈیو) (?:یہاں |مجھے |ہمیں )?(?:بھیجیں|بھیج دیں|دکھائیں)"
    ),
    "promising arrest": (
        r"will (?:surely |definitely )?be arrested|we will (?:arrest|catch|find) (?:him|her|them)|(?:he|she) will go to jail"
        r"|giraftar (?:kar liya|ho|kiya) jaye? ?ga|zaroor pakr"
        r"|گرفتار (?:کر لیا|ہو|کیا) جائے گا|ضرور پکڑ"
    ),
    "filed with the police": (
        r"(?:is|was|been) (?:filed|registered|lodged) with (?:the )?(?:police|nccia|fia)"
        r"|police (?:ko|mein) darj (?:kar di|ho ga)|fir (?:darj|kat) (?:kar di|ho gay)"
        r"|پولیس (?:کو|میں) درج (?:کر|ہو)|ایف آئی آر (?:درج|کٹ) (?:کر دی|ہو گئی)"
    ),
    "asking for secrets": (
        r"(?<!not )(?<!never )\b(?:send|tell|give|write|type|enter) (?:me|us) (?:the|your) (?:\w+ )?(?:password|pin|otp)\b"
        r"|(?:apna|apni) (?:password|pin|otp|code) (?:mujhe |hamein |yahan )?(?:batayein|bhejein|likhein|dein)"
        r"|اپنا (?:پاس ورڈ|پن|او ٹی پی|کوڈ|PIN|OTP) (?:مجھے |ہمیں |یہاں )?(?:بتائیں|بھیجیں|لکھیں|دیں)"
    ),
}
