"""The words that the whole product shares: types, kinds, platforms, priorities, topics."""

from typing import Literal, get_args

Language = Literal["en", "ur", "ur-Latn"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

IncidentType = Literal[
    "harassment",
    "blackmail",
    "fraud",
    "hacking",
    "impersonation",
    "child_abuse",
    "hate_extremism",
    "defamation",
    "other",
]
INCIDENT_TYPES: tuple[IncidentType, ...] = get_args(IncidentType)
UNSURE = "unsure"

Kind = Literal["report", "tip_off", "question", "crisis", "status", "chitchat", "out_of_scope"]
KINDS: tuple[Kind, ...] = get_args(Kind)

Platform = Literal[
    "facebook",
    "instagram",
    "whatsapp",
    "tiktok",
    "x",
    "youtube",
    "telegram",
    "snapchat",
    "email",
    "sms",
    "phone_call",
    "website",
    "bank_wallet",
    "other",
]
PLATFORMS: tuple[Platform, ...] = get_args(Platform)

Priority = Literal["emergency", "high", "normal", "low"]
PRIORITIES: tuple[Priority, ...] = get_args(Priority)

DesiredOutcome = Literal[
    "content_removed",
    "offender_warned",
    "prosecution",
    "money_back",
    "account_recovered",
    "advice_only",
]
DESIRED_OUTCOMES: tuple[DesiredOutcome, ...] = get_args(DesiredOutcome)

AdultSupport = Literal["yes", "no", "not_yet"]  # whether an adult knows and stands by a person under 18
ADULT_SUPPORT: tuple[AdultSupport, ...] = get_args(AdultSupport)

Relationship = Literal[
    "spouse",
    "ex_partner",
    "partner",
    "relative",
    "friend",
    "classmate",
    "colleague",
    "superior",
    "neighbour",
    "online_contact",
    "business",
    "stranger",
]
RELATIONSHIPS: tuple[Relationship, ...] = get_args(Relationship)

ObservableType = Literal["phone", "handle", "url", "email", "iban", "wallet", "cnic", "coin_address"]
OBSERVABLE_TYPES: tuple[ObservableType, ...] = get_args(ObservableType)

RiskFlag = Literal[
    "self_harm",
    "violence",
    "child_in_danger",
    "threat_to_publish",
    "intimate_images",
    "money_moved_recently",
    "account_in_use",
    "minor",
]
RISK_FLAGS: tuple[RiskFlag, ...] = get_args(RiskFlag)

Topic = Literal[
    "law_punishment",
    "law_section",
    "what_counts",
    "cognizable_bail",
    "how_to_complain",
    "evidence",
    "privacy_anonymity",
    "cost_time",
    "where_office_helpline",
    "women_family_support",
    "children_parents",
    "account_recovery",
    "platform_removal",
    "bank_wallet_recovery",
    "password_account_safety",
    "scam_recognition",
    "sim_cnic",
    "social_media_safety",
    "extremism_reporting",
    "fake_news_law",
    "rights_of_accused",
    "bot_identity",
]
TOPICS: tuple[Topic, ...] = get_args(Topic)
