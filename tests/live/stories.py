"""Invented stories of people, one in each language for each channel. No name or number belongs to anybody."""

from tests.live.person import Story, Tap

BROWSER = (
    Story(
        language="en",
        opening="A man called me on the phone, said he was from HBL and made me read out a code. "
        "Then Rs 45,000 was gone from my bank account.",
        answers={
            "suspect_contacts": "He used the number 0301-2345678",
            "transaction_id": "TID 48213397",
            "occurred": "yesterday",
            "city": "Lahore",
            "complainant_name": "Bilal Ahmed",
            "complainant_contact": "0333 1234567",
        },
        question=("suspect_contacts", "What is the punishment for online fraud?"),
        correction=("amount_pkr", "amount is Rs 54,000 not 45,000"),
        never_asked=frozenset({"description", "amount_pkr", "platform"}),
        expected={
            "incident_type": "fraud",
            "platform": "phone_call",
            "amount_pkr": 54_000,
            "transaction_id": "48213397",
            "phones": "+923012345678",
            "city": "Lahore",
            "complainant": {"name": "Bilal Ahmed", "phone": "+923331234567"},
        },
    ),
    Story(
        language="ur",
        opening="وہ آدمی واٹس ایپ پر کہتا ہے کہ 50 ہزار روپے دو ورنہ تمہاری تصویریں سب رشتہ داروں کو بھیج دوں گا۔",
        answers={
            "suspect_contacts": "اس کا نمبر 0345 6789012 ہے",
            "occurred": "تین دن پہلے",
            "city": "لاہور",
            "complainant_name": Tap("anonymous"),
        },
        question=("city", "کیا میرا نام خفیہ رہے گا؟"),
        correction=("amount_pkr", "60 ہزار روپے"),
        by_button=True,
        never_asked=frozenset({"description", "amount_pkr", "platform"}),
        expected={
            "incident_type": "blackmail",
            "platform": "whatsapp",
            "amount_pkr": 60_000,
            "phones": "+923456789012",
            "city": "Lahore",
            "complainant": {"anonymous": True, "name": None, "phone": None},
        },
    ),
    Story(
        language="ur-Latn",
        opening="Kisi ne Instagram par meri tasveer laga kar mere naam se fake profile bana li hai "
        "aur mere doston ko message kar raha hai",
        answers={
            "suspect_contacts": "@fake_sana_786",
            "occurred": "3 din pehle",
            "city": "Karachi",
            "complainant_name": "Sana Iqbal",
            "complainant_contact": "sana.iqbal@example.com",
        },
        question=("occurred", "Fake profile banane ki saza kya hai?"),
        correction=("platform", Tap("facebook")),
        by_button=True,
        never_asked=frozenset({"description", "platform"}),
        expected={
            "incident_type": "impersonation",
            "platform": "facebook",
            "handles": "fake_sana_786",
            "city": "Karachi",
            "complainant": {"name": "Sana Iqbal", "email": "sana.iqbal@example.com"},
        },
    ),
)
TELEGRAM = (
    Story(
        language="en",
        opening="Someone hacked my Facebook account. He changed the password and the e-mail "
        "and now I am locked out of it.",
        answers={
            "suspect_contacts": "He uses the e-mail recover.fb.team@example.com",
            "occurred": "3 days ago",
            "city": "Multan",
            "complainant_name": "Hamza Tariq",
        },
        question=("consent", "What evidence should I keep?"),
        correction=("city", "sorry, my city is Faisalabad, not Multan"),
        never_asked=frozenset({"description", "platform"}),
        expected={
            "incident_type": "hacking",
            "platform": "facebook",
            "emails": "recover.fb.team@example.com",
            "city": "Faisalabad",
            "complainant": {"name": "Hamza Tariq", "phone": None},
        },
    ),
    Story(
        language="ur",
        opening="کوئی نامعلوم نمبر روزانہ واٹس ایپ پر گندے پیغام اور کالیں کرتا ہے، بلاک کروں تو نئے نمبر سے آ جاتا ہے۔",
        answers={
            "suspect_contacts": "0312-9876543",
            "city": "راولپنڈی",
            "complainant_name": "عائشہ",
            "complainant_contact": "0300 5551234",
        },
        question=("complainant_name", "ہراسانی کی سزا کیا ہے؟"),
        correction=("city", "اسلام آباد"),
        by_button=True,
        never_asked=frozenset({"description", "platform"}),
        expected={
            "incident_type": "harassment",
            "platform": "whatsapp",
            "phones": "+923129876543",
            "city": "Islamabad",
            "complainant": {"name": "عائشہ", "phone": "+923005551234"},
        },
    ),
    Story(
        language="ur-Latn",
        opening="Daraz jaise page se joota mangwaya, Easypaisa par 6500 rupay advance bheje, "
        "ab na saman aya na jawab de rahe hain",
        answers={
            "suspect_contacts": "unka number 0321 7654321 hai",
            "transaction_id": "TID 99120456",
            "occurred": "parson",
            "city": "Peshawar",
            "complainant_name": Tap("anonymous"),
        },
        question=("transaction_id", "Shikayat ki fees kitni hai?"),
        correction=("amount_pkr", "raqam Rs 9500 thi 6500 nahi"),
        never_asked=frozenset({"description", "amount_pkr"}),
        expected={
            "incident_type": "fraud",
            "platform": "website",
            "amount_pkr": 9500,
            "transaction_id": "99120456",
            "phones": "+923217654321",
            "city": "Peshawar",
            "complainant": {"anonymous": True, "name": None},
        },
    ),
)
