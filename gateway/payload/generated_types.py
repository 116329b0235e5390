"""The types of the standard. GENERATED from schemas/xsd: change those, not this file.

Regenerate with ``python -m gateway.payload.generate``. Closed code lists are ``StrEnum``; an
optional element is ``None`` where absent; a repeated element is a tuple under its singular name.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Part:
    """What stands in messages and has elements of its own.

    Values never change, so a part that many messages share may hold its canonical text once it was
    written (:func:`gateway.payload.hold_text`). The text belongs to no field: a value that holds
    it is equal to one that does not, and what is made of it by ``replace`` or a copy holds none.
    """

    __slots__ = ("held_text",)
    held_text: str


class AccessModeCode(StrEnum):
    """Whether a restriction opens or closes. Code list AM 1."""

    DENY = "DENY"
    """The party named does not see the record."""
    ALLOW = "ALLOW"
    """Only parties so named see the record."""


class AcquisitionModeCode(StrEnum):
    """How an authority came by a firearm. Code list AQ 1."""

    SEIZED = "SEIZED"
    """Seized."""
    FOUND = "FOUND"
    """Found."""
    SURRENDERED = "SURRENDERED"
    """Surrendered."""


class ActionCode(StrEnum):
    """How the firearm loads and fires. NCIC values stand in brackets. Code list AC 1."""

    SEMI_AUTOMATIC = "SEMI_AUTOMATIC"
    """One shot a trigger pull, reloads itself (I)."""
    AUTOMATIC = "AUTOMATIC"
    """Fires as long as the trigger is held (A)."""
    BOLT = "BOLT"
    """Bolt action (B)."""
    LEVER = "LEVER"
    """Lever action (L)."""
    PUMP = "PUMP"
    """Pump or slide action (P)."""
    REVOLVER = "REVOLVER"
    """Revolving cylinder (R)."""
    SINGLE_SHOT = "SINGLE_SHOT"
    """Loaded by hand for each shot (S)."""
    BREAK_SIDE_BY_SIDE = "BREAK_SIDE_BY_SIDE"
    """Break action, barrels side by side (E)."""
    BREAK_OVER_UNDER = "BREAK_OVER_UNDER"
    """Break action, barrels one over the other (O)."""
    MULTI_BARREL = "MULTI_BARREL"
    """More than two barrels (W, X)."""
    FLINTLOCK = "FLINTLOCK"
    """Flintlock (H)."""
    PERCUSSION = "PERCUSSION"
    """Percussion lock (U)."""
    OTHER = "OTHER"
    """None of the other codes."""
    UNKNOWN = "UNKNOWN"
    """The action is not known."""


class ActionRequestedCode(StrEnum):
    """What the owner country asks the finder to do, within the finder's own law. Code list AR 1."""

    SEIZE = "SEIZE"
    """Seize the firearm."""
    SEIZE_AS_EVIDENCE = "SEIZE_AS_EVIDENCE"
    """Seize the firearm and keep it as evidence."""
    DISCREET_REPORT = "DISCREET_REPORT"
    """Report without letting the possessor know."""
    CHECK_ONLY = "CHECK_ONLY"
    """Check and report."""


class AddressReasonCode(StrEnum):
    """Why the request goes to this country. Code list AY 1."""

    COUNTRY_OF_MANUFACTURE = "COUNTRY_OF_MANUFACTURE"
    """The firearm was made there."""
    COUNTRY_OF_LAST_LEGAL_IMPORT = "COUNTRY_OF_LAST_LEGAL_IMPORT"
    """It was last legally imported there."""
    NEXT_IN_CHAIN = "NEXT_IN_CHAIN"
    """An answer to an earlier request named it as the next in the line of supply."""
    OTHER_LINK = "OTHER_LINK"
    """Another link, said in words."""


class AddresseeCode(StrEnum):
    """Whom within the receiving agency a notice is for. Code list AD 1."""

    OFFICE = "OFFICE"
    """The office that usually answers."""
    DUTY_OFFICER = "DUTY_OFFICER"
    """The duty officer: nobody has answered so far."""


class BallisticSystemCode(StrEnum):
    """The system in which ballistic evidence is filed. Code list BS 1."""

    IBIN = "IBIN"
    """INTERPOL Ballistic Information Network."""
    NIBIN = "NIBIN"
    """National Integrated Ballistic Information Network (United States)."""
    NABIS = "NABIS"
    """National Ballistics Intelligence Service (United Kingdom)."""
    OTHER = "OTHER"
    """Another system."""


class CautionCode(StrEnum):
    """A warning to whoever meets the firearm. Code list CC 1."""

    ARMED_AND_DANGEROUS = "ARMED_AND_DANGEROUS"
    """The possessor is to be considered armed and dangerous."""
    BIOHAZARD = "BIOHAZARD"
    """The firearm may be contaminated."""
    EXPLOSIVE = "EXPLOSIVE"
    """Explosives may be present."""
    DO_NOT_DISCLOSE = "DO_NOT_DISCLOSE"
    """The possessor must not learn of the record."""
    CONTACT_BEFORE_ACTION = "CONTACT_BEFORE_ACTION"
    """The owner is to be contacted before any action."""


class ClosureReasonCode(StrEnum):
    """Why a record was closed or cancelled. NCIC reasons for removal stand in brackets. Code list
    CR 1."""

    RECOVERED_BY_HIT_THIS_SYSTEM = "RECOVERED_BY_HIT_THIS_SYSTEM"
    """Recovered thanks to a hit of this system (HIT NCIC)."""
    RECOVERED_BY_NATIONAL_HIT = "RECOVERED_BY_NATIONAL_HIT"
    """Recovered thanks to a national hit (HIT LOCAL, HIT STATE)."""
    RECOVERED_OTHER_MEANS = "RECOVERED_OTHER_MEANS"
    """Recovered by other means (OTHER MEANS)."""
    RECOVERED_EARLIER = "RECOVERED_EARLIER"
    """Had been recovered before it was filed (PREVIOUS RECOVERY)."""
    NOT_STOLEN = "NOT_STOLEN"
    """Was not stolen."""
    NOT_LOST = "NOT_LOST"
    """Was not lost."""
    CASE_DROPPED = "CASE_DROPPED"
    """The case was dropped."""
    ADMIN_CLOSING = "ADMIN_CLOSING"
    """Closed for an administrative reason."""
    DESTROYED = "DESTROYED"
    """The firearm was destroyed."""
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"
    """Entered in error."""
    DUPLICATE = "DUPLICATE"
    """Another record stands for the same firearm."""
    REVIEW_EXPIRED = "REVIEW_EXPIRED"
    """Not confirmed at review."""
    OWNER_WITHDRAWN = "OWNER_WITHDRAWN"
    """The owner withdrew the report."""
    DATA_PROTECTION_DECISION = "DATA_PROTECTION_DECISION"
    """Closed by a data protection decision."""


class ComponentCode(StrEnum):
    """An essential component of a firearm. Code list CO 1."""

    FRAME = "FRAME"
    """Frame."""
    RECEIVER_UPPER = "RECEIVER_UPPER"
    """Upper receiver."""
    RECEIVER_LOWER = "RECEIVER_LOWER"
    """Lower receiver."""
    BARREL = "BARREL"
    """Barrel."""
    SLIDE = "SLIDE"
    """Slide."""
    CYLINDER = "CYLINDER"
    """Cylinder."""
    BOLT_BREECH = "BOLT_BREECH"
    """Bolt or breech block."""
    SILENCER = "SILENCER"
    """Silencer."""
    OTHER = "OTHER"
    """Another component."""


class ConfirmationUrgencyCode(StrEnum):
    """How soon the finder needs the answer of the owner. Code list CU 1."""

    URGENT = "URGENT"
    """The firearm or its holder is in sight: within minutes."""
    ROUTINE = "ROUTINE"
    """Nobody waits at the place of the check: within the hour."""


class CountryCode(StrEnum):
    """A country or organisation: ISO 3166-1 alpha-3, former countries of ISO 3166-3 that still
    stand on firearms, and organisation codes of ICAO Doc 9303. Code list CY 1."""

    ABW = "ABW"
    """Aruba."""
    AFG = "AFG"
    """Afghanistan."""
    AGO = "AGO"
    """Angola."""
    AIA = "AIA"
    """Anguilla."""
    ALA = "ALA"
    """Åland Islands."""
    ALB = "ALB"
    """Albania."""
    AND = "AND"
    """Andorra."""
    ARE = "ARE"
    """United Arab Emirates."""
    ARG = "ARG"
    """Argentina."""
    ARM = "ARM"
    """Armenia."""
    ASM = "ASM"
    """American Samoa."""
    ATA = "ATA"
    """Antarctica."""
    ATF = "ATF"
    """French Southern Territories."""
    ATG = "ATG"
    """Antigua & Barbuda."""
    AUS = "AUS"
    """Australia."""
    AUT = "AUT"
    """Austria."""
    AZE = "AZE"
    """Azerbaijan."""
    BDI = "BDI"
    """Burundi."""
    BEL = "BEL"
    """Belgium."""
    BEN = "BEN"
    """Benin."""
    BES = "BES"
    """Caribbean Netherlands."""
    BFA = "BFA"
    """Burkina Faso."""
    BGD = "BGD"
    """Bangladesh."""
    BGR = "BGR"
    """Bulgaria."""
    BHR = "BHR"
    """Bahrain."""
    BHS = "BHS"
    """Bahamas."""
    BIH = "BIH"
    """Bosnia."""
    BLM = "BLM"
    """St. Barthélemy."""
    BLR = "BLR"
    """Belarus."""
    BLZ = "BLZ"
    """Belize."""
    BMU = "BMU"
    """Bermuda."""
    BOL = "BOL"
    """Bolivia."""
    BRA = "BRA"
    """Brazil."""
    BRB = "BRB"
    """Barbados."""
    BRN = "BRN"
    """Brunei."""
    BTN = "BTN"
    """Bhutan."""
    BVT = "BVT"
    """Bouvet Island."""
    BWA = "BWA"
    """Botswana."""
    CAF = "CAF"
    """Central African Republic."""
    CAN = "CAN"
    """Canada."""
    CCK = "CCK"
    """Cocos Islands."""
    CHE = "CHE"
    """Switzerland."""
    CHL = "CHL"
    """Chile."""
    CHN = "CHN"
    """China."""
    CIV = "CIV"
    """Côte d’Ivoire."""
    CMR = "CMR"
    """Cameroon."""
    COD = "COD"
    """Congo - Kinshasa."""
    COG = "COG"
    """Congo - Brazzaville."""
    COK = "COK"
    """Cook Islands."""
    COL = "COL"
    """Colombia."""
    COM = "COM"
    """Comoros."""
    CPV = "CPV"
    """Cape Verde."""
    CRI = "CRI"
    """Costa Rica."""
    CUB = "CUB"
    """Cuba."""
    CUW = "CUW"
    """Curaçao."""
    CXR = "CXR"
    """Christmas Island."""
    CYM = "CYM"
    """Cayman Islands."""
    CYP = "CYP"
    """Cyprus."""
    CZE = "CZE"
    """Czechia."""
    DEU = "DEU"
    """Germany."""
    DJI = "DJI"
    """Djibouti."""
    DMA = "DMA"
    """Dominica."""
    DNK = "DNK"
    """Denmark."""
    DOM = "DOM"
    """Dominican Republic."""
    DZA = "DZA"
    """Algeria."""
    ECU = "ECU"
    """Ecuador."""
    EGY = "EGY"
    """Egypt."""
    ERI = "ERI"
    """Eritrea."""
    ESH = "ESH"
    """Western Sahara."""
    ESP = "ESP"
    """Spain."""
    EST = "EST"
    """Estonia."""
    ETH = "ETH"
    """Ethiopia."""
    FIN = "FIN"
    """Finland."""
    FJI = "FJI"
    """Fiji."""
    FLK = "FLK"
    """Falkland Islands."""
    FRA = "FRA"
    """France."""
    FRO = "FRO"
    """Faroe Islands."""
    FSM = "FSM"
    """Micronesia."""
    GAB = "GAB"
    """Gabon."""
    GBR = "GBR"
    """United Kingdom."""
    GEO = "GEO"
    """Georgia."""
    GGY = "GGY"
    """Guernsey."""
    GHA = "GHA"
    """Ghana."""
    GIB = "GIB"
    """Gibraltar."""
    GIN = "GIN"
    """Guinea."""
    GLP = "GLP"
    """Guadeloupe."""
    GMB = "GMB"
    """Gambia."""
    GNB = "GNB"
    """Guinea-Bissau."""
    GNQ = "GNQ"
    """Equatorial Guinea."""
    GRC = "GRC"
    """Greece."""
    GRD = "GRD"
    """Grenada."""
    GRL = "GRL"
    """Greenland."""
    GTM = "GTM"
    """Guatemala."""
    GUF = "GUF"
    """French Guiana."""
    GUM = "GUM"
    """Guam."""
    GUY = "GUY"
    """Guyana."""
    HKG = "HKG"
    """Hong Kong."""
    HMD = "HMD"
    """Heard & McDonald Islands."""
    HND = "HND"
    """Honduras."""
    HRV = "HRV"
    """Croatia."""
    HTI = "HTI"
    """Haiti."""
    HUN = "HUN"
    """Hungary."""
    IDN = "IDN"
    """Indonesia."""
    IMN = "IMN"
    """Isle of Man."""
    IND = "IND"
    """India."""
    IOT = "IOT"
    """British Indian Ocean Territory."""
    IRL = "IRL"
    """Ireland."""
    IRN = "IRN"
    """Iran."""
    IRQ = "IRQ"
    """Iraq."""
    ISL = "ISL"
    """Iceland."""
    ISR = "ISR"
    """Israel."""
    ITA = "ITA"
    """Italy."""
    JAM = "JAM"
    """Jamaica."""
    JEY = "JEY"
    """Jersey."""
    JOR = "JOR"
    """Jordan."""
    JPN = "JPN"
    """Japan."""
    KAZ = "KAZ"
    """Kazakhstan."""
    KEN = "KEN"
    """Kenya."""
    KGZ = "KGZ"
    """Kyrgyzstan."""
    KHM = "KHM"
    """Cambodia."""
    KIR = "KIR"
    """Kiribati."""
    KNA = "KNA"
    """St. Kitts & Nevis."""
    KOR = "KOR"
    """South Korea."""
    KWT = "KWT"
    """Kuwait."""
    LAO = "LAO"
    """Laos."""
    LBN = "LBN"
    """Lebanon."""
    LBR = "LBR"
    """Liberia."""
    LBY = "LBY"
    """Libya."""
    LCA = "LCA"
    """St. Lucia."""
    LIE = "LIE"
    """Liechtenstein."""
    LKA = "LKA"
    """Sri Lanka."""
    LSO = "LSO"
    """Lesotho."""
    LTU = "LTU"
    """Lithuania."""
    LUX = "LUX"
    """Luxembourg."""
    LVA = "LVA"
    """Latvia."""
    MAC = "MAC"
    """Macao."""
    MAF = "MAF"
    """St. Martin."""
    MAR = "MAR"
    """Morocco."""
    MCO = "MCO"
    """Monaco."""
    MDA = "MDA"
    """Moldova."""
    MDG = "MDG"
    """Madagascar."""
    MDV = "MDV"
    """Maldives."""
    MEX = "MEX"
    """Mexico."""
    MHL = "MHL"
    """Marshall Islands."""
    MKD = "MKD"
    """North Macedonia."""
    MLI = "MLI"
    """Mali."""
    MLT = "MLT"
    """Malta."""
    MMR = "MMR"
    """Myanmar."""
    MNE = "MNE"
    """Montenegro."""
    MNG = "MNG"
    """Mongolia."""
    MNP = "MNP"
    """Northern Mariana Islands."""
    MOZ = "MOZ"
    """Mozambique."""
    MRT = "MRT"
    """Mauritania."""
    MSR = "MSR"
    """Montserrat."""
    MTQ = "MTQ"
    """Martinique."""
    MUS = "MUS"
    """Mauritius."""
    MWI = "MWI"
    """Malawi."""
    MYS = "MYS"
    """Malaysia."""
    MYT = "MYT"
    """Mayotte."""
    NAM = "NAM"
    """Namibia."""
    NCL = "NCL"
    """New Caledonia."""
    NER = "NER"
    """Niger."""
    NFK = "NFK"
    """Norfolk Island."""
    NGA = "NGA"
    """Nigeria."""
    NIC = "NIC"
    """Nicaragua."""
    NIU = "NIU"
    """Niue."""
    NLD = "NLD"
    """Netherlands."""
    NOR = "NOR"
    """Norway."""
    NPL = "NPL"
    """Nepal."""
    NRU = "NRU"
    """Nauru."""
    NZL = "NZL"
    """New Zealand."""
    OMN = "OMN"
    """Oman."""
    PAK = "PAK"
    """Pakistan."""
    PAN = "PAN"
    """Panama."""
    PCN = "PCN"
    """Pitcairn."""
    PER = "PER"
    """Peru."""
    PHL = "PHL"
    """Philippines."""
    PLW = "PLW"
    """Palau."""
    PNG = "PNG"
    """Papua New Guinea."""
    POL = "POL"
    """Poland."""
    PRI = "PRI"
    """Puerto Rico."""
    PRK = "PRK"
    """North Korea."""
    PRT = "PRT"
    """Portugal."""
    PRY = "PRY"
    """Paraguay."""
    PSE = "PSE"
    """Palestine."""
    PYF = "PYF"
    """French Polynesia."""
    QAT = "QAT"
    """Qatar."""
    REU = "REU"
    """Réunion."""
    ROU = "ROU"
    """Romania."""
    RUS = "RUS"
    """Russia."""
    RWA = "RWA"
    """Rwanda."""
    SAU = "SAU"
    """Saudi Arabia."""
    SDN = "SDN"
    """Sudan."""
    SEN = "SEN"
    """Senegal."""
    SGP = "SGP"
    """Singapore."""
    SGS = "SGS"
    """South Georgia & South Sandwich Islands."""
    SHN = "SHN"
    """St. Helena."""
    SJM = "SJM"
    """Svalbard & Jan Mayen."""
    SLB = "SLB"
    """Solomon Islands."""
    SLE = "SLE"
    """Sierra Leone."""
    SLV = "SLV"
    """El Salvador."""
    SMR = "SMR"
    """San Marino."""
    SOM = "SOM"
    """Somalia."""
    SPM = "SPM"
    """St. Pierre & Miquelon."""
    SRB = "SRB"
    """Serbia."""
    SSD = "SSD"
    """South Sudan."""
    STP = "STP"
    """São Tomé & Príncipe."""
    SUR = "SUR"
    """Suriname."""
    SVK = "SVK"
    """Slovakia."""
    SVN = "SVN"
    """Slovenia."""
    SWE = "SWE"
    """Sweden."""
    SWZ = "SWZ"
    """Eswatini."""
    SXM = "SXM"
    """Sint Maarten."""
    SYC = "SYC"
    """Seychelles."""
    SYR = "SYR"
    """Syria."""
    TCA = "TCA"
    """Turks & Caicos Islands."""
    TCD = "TCD"
    """Chad."""
    TGO = "TGO"
    """Togo."""
    THA = "THA"
    """Thailand."""
    TJK = "TJK"
    """Tajikistan."""
    TKL = "TKL"
    """Tokelau."""
    TKM = "TKM"
    """Turkmenistan."""
    TLS = "TLS"
    """Timor-Leste."""
    TON = "TON"
    """Tonga."""
    TTO = "TTO"
    """Trinidad & Tobago."""
    TUN = "TUN"
    """Tunisia."""
    TUR = "TUR"
    """Türkiye."""
    TUV = "TUV"
    """Tuvalu."""
    TWN = "TWN"
    """Taiwan."""
    TZA = "TZA"
    """Tanzania."""
    UGA = "UGA"
    """Uganda."""
    UKR = "UKR"
    """Ukraine."""
    UMI = "UMI"
    """U.S. Outlying Islands."""
    URY = "URY"
    """Uruguay."""
    USA = "USA"
    """United States."""
    UZB = "UZB"
    """Uzbekistan."""
    VAT = "VAT"
    """Vatican City."""
    VCT = "VCT"
    """St. Vincent & Grenadines."""
    VEN = "VEN"
    """Venezuela."""
    VGB = "VGB"
    """British Virgin Islands."""
    VIR = "VIR"
    """U.S. Virgin Islands."""
    VNM = "VNM"
    """Vietnam."""
    VUT = "VUT"
    """Vanuatu."""
    WLF = "WLF"
    """Wallis & Futuna."""
    WSM = "WSM"
    """Samoa."""
    YEM = "YEM"
    """Yemen."""
    ZAF = "ZAF"
    """South Africa."""
    ZMB = "ZMB"
    """Zambia."""
    ZWE = "ZWE"
    """Zimbabwe."""
    SUN = "SUN"
    """Former Soviet Union (until 1992)."""
    YUG = "YUG"
    """Former Yugoslavia (until 2003)."""
    CSK = "CSK"
    """Former Czechoslovakia (until 1993)."""
    DDR = "DDR"
    """Former German Democratic Republic (until 1990)."""
    SCG = "SCG"
    """Former Serbia and Montenegro (2003 to 2006)."""
    RKS = "RKS"
    """Kosovo, as ICAO Doc 9303 writes it."""
    UNO = "UNO"
    """United Nations."""
    XPO = "XPO"
    """INTERPOL."""
    EUE = "EUE"
    """European Union."""
    XCE = "XCE"
    """Council of Europe."""
    XXX = "XXX"
    """Unknown or none."""


class DetectionMethodCode(StrEnum):
    """How a firearm was detected. Code list DM 1."""

    RISK_PROFILE = "RISK_PROFILE"
    """A risk profile."""
    SCAN = "SCAN"
    """A scan or X-ray."""
    CANINE = "CANINE"
    """A dog."""
    PHYSICAL = "PHYSICAL"
    """A physical search."""
    INTELLIGENCE = "INTELLIGENCE"
    """Intelligence."""
    RANDOM = "RANDOM"
    """A random check."""
    INVESTIGATION = "INVESTIGATION"
    """An investigation."""
    OTHER = "OTHER"
    """Another way."""


class DispositionCode(StrEnum):
    """What becomes of a seized firearm. Code list DI 1."""

    RETURNED = "RETURNED"
    """It goes back to its owner."""
    KEPT_AS_EVIDENCE = "KEPT_AS_EVIDENCE"
    """It is kept for a court."""
    DESTROYED = "DESTROYED"
    """It is destroyed."""
    TRANSFERRED = "TRANSFERRED"
    """It is handed to another authority."""


class FalseHitReasonCode(StrEnum):
    """Why a hit was none. Code list FR 1."""

    WRONG_WEAPON = "WRONG_WEAPON"
    """The two firearms are different ones."""
    READING_ERROR = "READING_ERROR"
    """A marking was read or typed wrongly."""
    RECORD_OUTDATED = "RECORD_OUTDATED"
    """The record should have been closed before."""
    PLACEHOLDER_SERIAL = "PLACEHOLDER_SERIAL"
    """The serial is no number of one firearm."""
    DIFFERENT_MAKE = "DIFFERENT_MAKE"
    """The same number stands on firearms of two makers."""


class FinishCode(StrEnum):
    """Colour or surface of the metal. Code list FI 1."""

    BLUED = "BLUED"
    """Blued."""
    PARKERISED = "PARKERISED"
    """Phosphated."""
    NICKEL = "NICKEL"
    """Nickel plated."""
    CHROME = "CHROME"
    """Chrome plated."""
    STAINLESS = "STAINLESS"
    """Stainless steel."""
    GOLD = "GOLD"
    """Gold plated or gold coloured."""
    SILVER = "SILVER"
    """Silver plated or silver coloured."""
    CASE_HARDENED = "CASE_HARDENED"
    """Case hardened in colours."""
    ANODISED = "ANODISED"
    """Anodised light metal."""
    PAINTED = "PAINTED"
    """Painted or coated."""
    CAMOUFLAGE = "CAMOUFLAGE"
    """Camouflage pattern."""
    BRONZE = "BRONZE"
    """Bronze or brown finish."""
    BLACK = "BLACK"
    """Black finish of another kind."""
    GREY = "GREY"
    """Grey finish of another kind."""
    GREEN = "GREEN"
    """Green or olive finish."""
    TAN = "TAN"
    """Tan or desert finish."""
    TWO_TONE = "TWO_TONE"
    """Frame and slide of different finish."""
    POLYMER = "POLYMER"
    """Polymer, no metal finish."""
    RUSTED = "RUSTED"
    """Rusted, no finish left."""
    NONE = "NONE"
    """Bare metal."""
    OTHER = "OTHER"
    """None of the other codes."""
    UNKNOWN = "UNKNOWN"
    """Not known."""


class FirearmTypeCode(StrEnum):
    """The kind of firearm or firearm-like object. NCIC TYP values that map to a code stand in
    brackets. Code list FT 1."""

    PISTOL = "PISTOL"
    """Semi-automatic or automatic pistol (PI, PA)."""
    REVOLVER = "REVOLVER"
    """Revolver (PR)."""
    DERRINGER = "DERRINGER"
    """Derringer (PD)."""
    PISTOL_OTHER = "PISTOL_OTHER"
    """Any other pistol: single shot, bolt, lever, pump or black powder (PS, PB, PL, PH, PU)."""
    RIFLE = "RIFLE"
    """Rifle (R and its second characters)."""
    CARBINE = "CARBINE"
    """Carbine (RC)."""
    SHOTGUN = "SHOTGUN"
    """Shotgun (S and its second characters)."""
    SHOTGUN_PISTOL = "SHOTGUN_PISTOL"
    """Shotgun with a pistol grip or of pistol length (Q)."""
    COMBINATION = "COMBINATION"
    """Rifled and smooth barrels in one weapon (C)."""
    SUBMACHINE_GUN = "SUBMACHINE_GUN"
    """Submachine gun (B)."""
    MACHINE_GUN = "MACHINE_GUN"
    """Machine gun (M, MA)."""
    ASSAULT_RIFLE = "ASSAULT_RIFLE"
    """Selective-fire rifle for an intermediate cartridge (RA)."""
    DISGUISED = "DISGUISED"
    """Firearm disguised as another object (D)."""
    CRAFT = "CRAFT"
    """Home-made or craft-made firearm of no industrial pattern."""
    ALARM_SIGNAL = "ALARM_SIGNAL"
    """Alarm, signal or starting weapon."""
    GAS_IRRITANT = "GAS_IRRITANT"
    """Gas or irritant weapon."""
    AIR = "AIR"
    """Air or spring weapon."""
    STUN = "STUN"
    """Stun or tear-gas device (E)."""
    GRENADE_LAUNCHER = "GRENADE_LAUNCHER"
    """Grenade launcher (GN)."""
    ROCKET_LAUNCHER = "ROCKET_LAUNCHER"
    """Rocket launcher or recoilless anti-tank weapon (KN)."""
    MORTAR = "MORTAR"
    """Mortar (O, ON)."""
    CANNON = "CANNON"
    """Cannon or artillery piece (A)."""
    MANPADS = "MANPADS"
    """Man-portable air-defence system."""
    FRAME_RECEIVER = "FRAME_RECEIVER"
    """A frame or receiver alone."""
    SILENCER = "SILENCER"
    """Silencer or suppressor (V)."""
    AMMUNITION = "AMMUNITION"
    """Ammunition (F)."""
    GRENADE = "GRENADE"
    """Hand grenade (G)."""
    OTHER = "OTHER"
    """None of the other codes (Z)."""
    UNKNOWN = "UNKNOWN"
    """The kind is not known."""


class ForwardConsentCode(StrEnum):
    """Whether the responder may pass the request on to another country. Code list FC 1."""

    FORWARD_ALLOWED = "FORWARD_ALLOWED"
    """Yes, without asking again."""
    ASK_FIRST = "ASK_FIRST"
    """Only after the requester agreed."""
    NOT_ALLOWED = "NOT_ALLOWED"
    """No; the requester asks others itself."""


class GradeCode(StrEnum):
    """How strongly a record and a description agree. Code list GR 1."""

    A = "A"
    """Strong: the markings agree as they stand and nothing speaks against it."""
    B = "B"
    """Strong: the markings agree after normalisation and nothing speaks against it."""
    C = "C"
    """Probable: a candidate for a human eye."""
    D = "D"
    """Possible: some marks agree."""
    E = "E"
    """Weak: counted, never shown."""


class HandlingCode(StrEnum):
    """A condition under which the content of a message or record may be used. Code list HC 1."""

    H0 = "H0"
    """Police and customs use within the purpose stated; no further condition."""
    H1_NO_COURT_WITHOUT_CONSENT = "H1_NO_COURT_WITHOUT_CONSENT"
    """Not to be used in court without the owner's consent."""
    H2_NO_ONWARD_WITHOUT_CONSENT = "H2_NO_ONWARD_WITHOUT_CONSENT"
    """Not to be passed on to another country without the owner's consent."""
    H3_SEE_CONDITIONS = "H3_SEE_CONDITIONS"
    """Conditions stand in the text of the record."""
    OWNER_COUNTRY_ONLY = "OWNER_COUNTRY_ONLY"
    """To be shown to the owner country only."""
    REGISTRY_NO_DISPLAY_PERSON = "REGISTRY_NO_DISPLAY_PERSON"
    """The registry must not show anything about a person."""
    STATS_ALLOWED = "STATS_ALLOWED"
    """May be counted in statistics for other countries."""
    STATS_EXCLUDED = "STATS_EXCLUDED"
    """Must not be counted in statistics for other countries."""


class HitAnswerCode(StrEnum):
    """The answer of the owner to a request for confirmation. Code list HA 1."""

    CONFIRMED = "CONFIRMED"
    """The record stands and the firearm is the one."""
    CONFIRMED_BUT_NO_SEIZURE = "CONFIRMED_BUT_NO_SEIZURE"
    """It is the one, and the owner does not ask for its seizure."""
    NOT_CONFIRMED = "NOT_CONFIRMED"
    """The record does not stand, or the firearm is another one."""
    MORE_TIME = "MORE_TIME"
    """The answer comes by the promised instant."""


class HitOriginCode(StrEnum):
    """What led to a hit. Code list HO 1."""

    SEARCH = "SEARCH"
    """A search."""
    SEIZURE = "SEIZURE"
    """A seizure notice."""
    RECORD = "RECORD"
    """A record filed by another agency."""


class HitRevokeReasonCode(StrEnum):
    """Why the registry revokes a hit. Code list HX 1."""

    RECORD_CANCELLED = "RECORD_CANCELLED"
    """The owner has cancelled the record."""
    RECORD_CLOSED = "RECORD_CLOSED"
    """The owner has closed the record for a reason that has nothing to do with the hit."""
    RECORD_EXPIRED = "RECORD_EXPIRED"
    """The record was not confirmed by its review date."""


class HitRoleCode(StrEnum):
    """The part that the receiver of a hit notice plays. Code list HR 1."""

    OWNER = "OWNER"
    """The receiver owns the record."""
    FINDER = "FINDER"
    """The receiver found, seized or searched for the firearm."""


class HitStateCode(StrEnum):
    """The state of a hit. Code list HS 1."""

    RAISED = "RAISED"
    """The registry has raised it."""
    NOTIFIED = "NOTIFIED"
    """The national systems of both sides have taken in its notice."""
    CONFIRM_REQUESTED = "CONFIRM_REQUESTED"
    """The finder waits for the owner to confirm it."""
    MORE_TIME = "MORE_TIME"
    """The owner has promised an answer for a later instant."""
    CONFIRMED = "CONFIRMED"
    """The owner has confirmed it."""
    NOT_CONFIRMED = "NOT_CONFIRMED"
    """The owner has said that it does not confirm it."""
    LAPSED = "LAPSED"
    """No answer came to the third request."""
    SEIZED = "SEIZED"
    """The firearm has been seized for the owner."""
    DISPOSED = "DISPOSED"
    """It is settled what becomes of the firearm."""
    CLOSED = "CLOSED"
    """Nothing is left to do."""
    FALSE_HIT = "FALSE_HIT"
    """It was none: the two firearms are not the same, or the record was no longer right."""
    REVOKED = "REVOKED"
    """The record has been withdrawn."""


class HitStepCode(StrEnum):
    """What leads a hit from one state to another. Code list HP 1."""

    RECEIVE = "RECEIVE"
    """Both sides have the notice."""
    REQUEST = "REQUEST"
    """The finder asks for confirmation."""
    REPEAT = "REPEAT"
    """The time for an answer has passed; the registry asks once more."""
    RESUME = "RESUME"
    """The promised instant has come; the clock of the request runs again."""
    CONFIRM = "CONFIRM"
    """The owner confirms."""
    DENY = "DENY"
    """The owner does not confirm."""
    DELAY = "DELAY"
    """The owner needs more time."""
    LAPSE = "LAPSE"
    """The time for an answer to the third request has passed."""
    SEIZE = "SEIZE"
    """The finder has seized the firearm."""
    DISPOSE = "DISPOSE"
    """It is settled what becomes of the firearm."""
    CLOSE = "CLOSE"
    """The hit is ended."""
    REFUTE = "REFUTE"
    """A side says that the hit was none."""
    REVOKE = "REVOKE"
    """The record has been withdrawn."""


class IdentificationConfidenceCode(StrEnum):
    """How the description of the firearm was obtained. Code list IC 1."""

    EXAMINED = "EXAMINED"
    """An expert examined the firearm."""
    DOCUMENT = "DOCUMENT"
    """Taken from a document such as a licence or invoice."""
    DECLARED = "DECLARED"
    """Declared by a person."""
    PHOTO = "PHOTO"
    """Taken from a photograph."""
    UNKNOWN = "UNKNOWN"
    """Not known."""


class IllicitBasisCode(StrEnum):
    """The ground on which a firearm counts as illicit (International Tracing Instrument, paragraph
    6). Code list IB 1."""

    NATIONAL_LAW = "NATIONAL_LAW"
    """Illicit under the law of the state in whose territory it was found."""
    UNSC_EMBARGO = "UNSC_EMBARGO"
    """Transferred in breach of an arms embargo of the Security Council."""
    NOT_MARKED_ITI = "NOT_MARKED_ITI"
    """Not marked as the International Tracing Instrument demands."""
    UNLICENSED_MANUFACTURE = "UNLICENSED_MANUFACTURE"
    """Manufactured without a licence."""
    UNLICENSED_TRANSFER = "UNLICENSED_TRANSFER"
    """Transferred without a licence."""
    LICIT_USED_IN_CRIME = "LICIT_USED_IN_CRIME"
    """Licit, and used in a crime."""


class ImageViewCode(StrEnum):
    """What an image shows. Code list IV 1."""

    LEFT = "LEFT"
    """The left side of the firearm."""
    RIGHT = "RIGHT"
    """The right side of the firearm."""
    MARKING = "MARKING"
    """A marking."""
    PROOF = "PROOF"
    """A proof mark."""
    OTHER = "OTHER"
    """Something else."""


class InquiryStatusCode(StrEnum):
    """How far the responder's inquiry is. Code list IQ 1."""

    IN_PROGRESS = "IN_PROGRESS"
    """It is being worked on."""
    WAITING_FOR_REGISTER = "WAITING_FOR_REGISTER"
    """A national register is asked."""
    WAITING_FOR_MANUFACTURER = "WAITING_FOR_MANUFACTURER"
    """The manufacturer is asked."""
    WAITING_FOR_DEALER = "WAITING_FOR_DEALER"
    """A dealer is asked."""
    WAITING_FOR_AUTHORITY = "WAITING_FOR_AUTHORITY"
    """Another authority is asked."""
    WAITING_FOR_RELEASE = "WAITING_FOR_RELEASE"
    """An answer waits for its release."""


class IntendedUseCode(StrEnum):
    """What the information will be used for (International Tracing Instrument, paragraph 17 c).
    Code list IU 1."""

    CRIMINAL_INVESTIGATION = "CRIMINAL_INVESTIGATION"
    """To investigate a crime."""
    PROSECUTION = "PROSECUTION"
    """As evidence before a court."""
    INTELLIGENCE = "INTELLIGENCE"
    """Criminal intelligence."""
    ANALYSIS = "ANALYSIS"
    """Statistics and analysis of flows."""
    ADMINISTRATIVE = "ADMINISTRATIVE"
    """An administrative procedure, such as a licence."""
    PEACEKEEPING = "PEACEKEEPING"
    """A peace operation or an embargo's panel of experts."""


class ItemStatusCode(StrEnum):
    """What became of one item asked. Code list IS 1."""

    PROVIDED = "PROVIDED"
    """It is in the answer."""
    NOT_AVAILABLE = "NOT_AVAILABLE"
    """It is not known."""
    WITHHELD = "WITHHELD"
    """It is known and withheld."""
    DELAYED = "DELAYED"
    """It will follow later."""
    REFUSED = "REFUSED"
    """It is refused."""


class LegalCategorySchemeCode(StrEnum):
    """The law by which a firearm is put into a category. Code list LS 1."""

    EU = "EU"
    """Directive (EU) 2021/555, Annex I."""
    US_NFA = "US_NFA"
    """United States National Firearms Act."""
    CA = "CA"
    """Criminal Code of Canada."""
    UK = "UK"
    """Firearms Acts of the United Kingdom."""
    OTHER = "OTHER"
    """Another law."""


class LegalityCode(StrEnum):
    """Whether a link was lawful. Code list LE 1."""

    LICIT = "LICIT"
    """Lawful."""
    ILLICIT = "ILLICIT"
    """Unlawful."""
    UNKNOWN = "UNKNOWN"
    """Not known."""


class LegibilityCode(StrEnum):
    """How well a marking can be read. Code list LG 1."""

    LEGIBLE = "LEGIBLE"
    """Legible as a whole."""
    PARTIAL = "PARTIAL"
    """Some characters cannot be read."""
    ILLEGIBLE = "ILLEGIBLE"
    """Cannot be read."""
    OBLITERATED = "OBLITERATED"
    """Removed on purpose."""
    RESTORED = "RESTORED"
    """Made legible again by a laboratory."""
    ALTERED = "ALTERED"
    """Changed on purpose."""
    OVERSTAMPED = "OVERSTAMPED"
    """Another marking is stamped over it."""


class LocationKindCode(StrEnum):
    """The kind of place of a seizure. Code list LK 1."""

    AIRPORT = "AIRPORT"
    """Airport."""
    SEAPORT = "SEAPORT"
    """Seaport."""
    LAND_BORDER = "LAND_BORDER"
    """Land border."""
    RAIL = "RAIL"
    """Railway."""
    MAIL_CENTRE = "MAIL_CENTRE"
    """Mail or parcel centre."""
    ROAD = "ROAD"
    """Road."""
    DWELLING = "DWELLING"
    """Dwelling."""
    BUSINESS = "BUSINESS"
    """Business premises."""
    PUBLIC_PLACE = "PUBLIC_PLACE"
    """Public place."""
    ONLINE_DELIVERY = "ONLINE_DELIVERY"
    """Delivery of an online order."""
    VESSEL = "VESSEL"
    """Vessel."""
    OTHER = "OTHER"
    """Another place."""


class MakeSchemeCode(StrEnum):
    """The list that a make code comes from. Code list MS 1."""

    IARMS = "IARMS"
    """The list of this standard."""
    NCIC = "NCIC"
    """The NCIC list of gun makes."""
    XWAFFE = "XWAFFE"
    """The catalogue of the German XWaffe standard."""
    IFRT = "IFRT"
    """INTERPOL Firearms Reference Table."""
    FRT = "FRT"
    """Firearms Reference Table of the Royal Canadian Mounted Police."""
    NFID = "NFID"
    """Australian National Firearms Identification Database."""
    NATIONAL = "NATIONAL"
    """A national list of the sender."""


class ManufactureKindCode(StrEnum):
    """How the firearm came to be what it is. Code list MK 1."""

    INDUSTRIAL = "INDUSTRIAL"
    """Made in a factory."""
    CRAFT = "CRAFT"
    """Made by hand in a workshop."""
    PRIVATELY_MADE_KIT = "PRIVATELY_MADE_KIT"
    """Made privately from a kit or an unfinished receiver."""
    PRIVATELY_MADE_3D = "PRIVATELY_MADE_3D"
    """Made privately with printed parts."""
    CONVERTED_ALARM = "CONVERTED_ALARM"
    """Converted from an alarm or signal weapon."""
    CONVERTED_AIR = "CONVERTED_AIR"
    """Converted from an air weapon."""
    REACTIVATED = "REACTIVATED"
    """Deactivated once and made to fire again."""
    DEACTIVATED = "DEACTIVATED"
    """Deactivated."""
    MODIFIED_AUTOMATIC = "MODIFIED_AUTOMATIC"
    """Modified to fire automatically."""
    COUNTERFEIT_BRAND = "COUNTERFEIT_BRAND"
    """Carries the marks of a maker who did not make it."""
    UNKNOWN = "UNKNOWN"
    """Not known."""


class MarkingKindCode(StrEnum):
    """What a marking is. Code list MA 1."""

    SERIAL = "SERIAL"
    """The serial number of the firearm, on its frame or receiver."""
    SERIAL_COMPONENT = "SERIAL_COMPONENT"
    """A serial number on another component."""
    MAKE = "MAKE"
    """Name or mark of the maker."""
    MODEL = "MODEL"
    """Model designation."""
    CALIBRE = "CALIBRE"
    """Calibre designation."""
    COUNTRY = "COUNTRY"
    """Country of manufacture."""
    YEAR = "YEAR"
    """Year of manufacture, plain or coded."""
    IMPORT = "IMPORT"
    """Import mark."""
    PROOF = "PROOF"
    """Proof mark of a proof house."""
    FACTORY_SYMBOL = "FACTORY_SYMBOL"
    """Symbol of a factory or arsenal."""
    ALTERNATIVE_UNIQUE = "ALTERNATIVE_UNIQUE"
    """Unique marking of simple symbols with a code (International Tracing Instrument, paragraph 8
    a)."""
    OWNER_STATE = "OWNER_STATE"
    """Mark of a state force."""
    OWNER_APPLIED = "OWNER_APPLIED"
    """Mark applied by an owner."""
    DEACTIVATION = "DEACTIVATION"
    """Deactivation mark."""
    OTHER = "OTHER"
    """None of the other codes."""


class MarkingLocationCode(StrEnum):
    """Where on the firearm a marking stands. Code list LO 1."""

    FRAME = "FRAME"
    """Frame."""
    RECEIVER = "RECEIVER"
    """Receiver."""
    RECEIVER_UPPER = "RECEIVER_UPPER"
    """Upper receiver."""
    RECEIVER_LOWER = "RECEIVER_LOWER"
    """Lower receiver."""
    SLIDE = "SLIDE"
    """Slide."""
    BARREL = "BARREL"
    """Barrel."""
    BOLT = "BOLT"
    """Bolt or breech block."""
    CYLINDER = "CYLINDER"
    """Cylinder."""
    CRANE = "CRANE"
    """Crane or yoke of a revolver."""
    TRIGGER_GUARD = "TRIGGER_GUARD"
    """Trigger guard."""
    GRIP = "GRIP"
    """Grip."""
    STOCK = "STOCK"
    """Stock."""
    MAGAZINE = "MAGAZINE"
    """Magazine."""
    HIDDEN = "HIDDEN"
    """A place that shows only after disassembly."""
    OTHER = "OTHER"
    """Another place."""


class MarkingMethodCode(StrEnum):
    """How a marking was applied. Code list MM 1."""

    STAMPED = "STAMPED"
    """Stamped."""
    ENGRAVED = "ENGRAVED"
    """Engraved."""
    LASER = "LASER"
    """Laser engraved."""
    DOT_PEEN = "DOT_PEEN"
    """Dot peened."""
    CAST = "CAST"
    """Cast with the part."""
    MOULDED = "MOULDED"
    """Moulded with the part."""
    PLATE = "PLATE"
    """On a plate fixed to the part."""
    PAINTED = "PAINTED"
    """Painted."""
    ETCHED = "ETCHED"
    """Etched."""
    UNKNOWN = "UNKNOWN"
    """Not known."""


class MatchOutcomeCode(StrEnum):
    """How one field of the description compares with the record. Code list MO 1."""

    AGREES = "AGREES"
    """Equal after normalisation."""
    FOLDED = "FOLDED"
    """Equal only after look-alike characters were taken as one."""
    DIFFERS = "DIFFERS"
    """Different."""
    NOT_GIVEN = "NOT_GIVEN"
    """Missing on one side or both."""


class MessageTypeCode(StrEnum):
    """What a message is for; the routing header carries the same code as Type. Code list MT 1."""

    REC_SUBMIT = "REC_SUBMIT"
    """A country files one firearm record."""
    REC_UPDATE = "REC_UPDATE"
    """A country replaces the content of one of its records."""
    REC_STATUS = "REC_STATUS"
    """A country changes the status of one of its records."""
    REC_RESULT = "REC_RESULT"
    """The registry says what became of one filing."""
    REC_BATCH = "REC_BATCH"
    """Many filings in one message."""
    REC_BATCH_REPORT = "REC_BATCH_REPORT"
    """The registry says what became of every item of a batch."""
    SEARCH_REQUEST = "SEARCH_REQUEST"
    """One firearm description is searched for."""
    SEARCH_RESPONSE = "SEARCH_RESPONSE"
    """The answer to one search."""
    SEARCH_BATCH = "SEARCH_BATCH"
    """Many searches in one message."""
    SEARCH_BATCH_REPORT = "SEARCH_BATCH_REPORT"
    """The answers to a batch of searches, or to the firearms of a seizure notice."""
    SEIZURE_NOTICE = "SEIZURE_NOTICE"
    """Firearms have been seized, found or surrendered."""
    HIT_NOTICE = "HIT_NOTICE"
    """A recorded firearm seems to have been found."""
    HIT_RECEIPT = "HIT_RECEIPT"
    """A national system has taken in a hit notice."""
    RECEIPT = "RECEIPT"
    """Messages have arrived, and what became of them."""
    FAULT = "FAULT"
    """A message was refused as a whole."""
    TRACE_REQUEST = "TRACE_REQUEST"
    """Asks a country where a firearm came from."""
    TRACE_RECEIVED = "TRACE_RECEIVED"
    """The other side's system has taken in a request or an answer, and says whether its office is
    at work and by when it will act."""
    TRACE_ACK = "TRACE_ACK"
    """An office says whether it works on a request (International Tracing Instrument, paragraph
    19)."""
    TRACE_INFO_REQUEST = "TRACE_INFO_REQUEST"
    """The responder asks for what is missing; its clock stops until the answer."""
    TRACE_INFO = "TRACE_INFO"
    """The requester supplies what was missing; the responder's clock runs again."""
    TRACE_RESPONSE = "TRACE_RESPONSE"
    """An answer, interim or final."""
    TRACE_FORWARD = "TRACE_FORWARD"
    """The responder tells the requester that it passes the request on, with the requester's prior
    consent."""
    TRACE_INTRODUCTION = "TRACE_INTRODUCTION"
    """A responder tells the next country of a request that it passes on to it; the requester's own
    signed request follows."""
    TRACE_CLARIFICATION = "TRACE_CLARIFICATION"
    """The requester asks for clarification of an answer (International Tracing Instrument,
    paragraph 23)."""
    TRACE_COMMENT = "TRACE_COMMENT"
    """A remark that changes nothing."""
    TRACE_STATUS = "TRACE_STATUS"
    """The responder says how far it is."""
    TRACE_REMINDER = "TRACE_REMINDER"
    """The requester reminds of a term that has passed."""
    TRACE_NO_ANSWER = "TRACE_NO_ANSWER"
    """The requester states, signed, that a term and all its reminders passed without an answer."""
    TRACE_CANCEL = "TRACE_CANCEL"
    """The requester takes a request back."""
    TRACE_CORRECTION = "TRACE_CORRECTION"
    """One side corrects what it said: the requester its request, the responder its answer."""
    TRACE_CLOSE = "TRACE_CLOSE"
    """The requester ends the case and records what it led to."""
    TRACE_REOPEN = "TRACE_REOPEN"
    """One side takes a closed case up again, for new facts."""
    TRACE_ATTACHMENT = "TRACE_ATTACHMENT"
    """An image or document that belongs to the case, in a message of its own."""
    HIT_CONFIRM_REQUEST = "HIT_CONFIRM_REQUEST"
    """The finder asks whether the record still stands and the firearm is the one."""
    HIT_CONFIRM_RESPONSE = "HIT_CONFIRM_RESPONSE"
    """The owner answers a request for confirmation."""
    HIT_REVOKE = "HIT_REVOKE"
    """The owner or the finder says that a hit was none, and why."""
    HIT_SEIZURE = "HIT_SEIZURE"
    """The finder says that the firearm of a confirmed hit has been seized."""
    DISPOSITION_NOTICE = "DISPOSITION_NOTICE"
    """What became of the seized firearm of a hit."""
    HIT_CLOSE = "HIT_CLOSE"
    """The owner or the finder ends a hit."""
    HIT_STATUS = "HIT_STATUS"
    """The registry says how a hit stands and what is expected of the receiver."""
    REC_READ = "REC_READ"
    """A party asks for one whole record."""
    REC_EXTRACT = "REC_EXTRACT"
    """The registry gives one whole record, or says why not."""
    REVIEW_DUE = "REVIEW_DUE"
    """The registry tells an owner which of its records are to be reviewed, or have ended."""
    REVIEW_CONFIRM = "REVIEW_CONFIRM"
    """An owner extends, closes or cancels records that are to be reviewed."""
    DELIVERY_STATEMENT = "DELIVERY_STATEMENT"
    """How far a party is with another."""
    RESEND_REQUEST = "RESEND_REQUEST"
    """Asks for messages that never came."""
    KEPT_MESSAGES = "KEPT_MESSAGES"
    """Messages that never came, as they were kept."""
    DIRECTORY_ACK = "DIRECTORY_ACK"
    """Which keys a party relies on."""
    TRUST_DOCUMENTS = "TRUST_DOCUMENTS"
    """Documents of trust from one party to another."""
    STAT_QUERY = "STAT_QUERY"
    """Asks for counts."""
    STAT_REPORT = "STAT_REPORT"
    """Counts, none of them small."""
    AVAILABILITY = "AVAILABILITY"
    """When an office does not work."""
    OFFICE_HOURS = "OFFICE_HOURS"
    """When an office works, and who is there when it does not."""
    SEARCH_WIDE = "SEARCH_WIDE"
    """A search two slips wide, for analysts."""


class MissingItemCode(StrEnum):
    """What is missing in a request. Code list MI 1."""

    SERIAL_NUMBER = "SERIAL_NUMBER"
    """The serial number, or a better reading of it."""
    MARKINGS = "MARKINGS"
    """Other markings: import, proof, factory."""
    PHOTOGRAPHS = "PHOTOGRAPHS"
    """Photographs of the firearm or its markings."""
    MAKE = "MAKE"
    """The make."""
    MODEL = "MODEL"
    """The model."""
    CALIBRE = "CALIBRE"
    """The calibre."""
    FIREARM_TYPE = "FIREARM_TYPE"
    """The type of firearm."""
    LEGAL_JUSTIFICATION = "LEGAL_JUSTIFICATION"
    """The law that makes the firearm illicit."""
    CIRCUMSTANCES = "CIRCUMSTANCES"
    """How it was found."""
    INTENDED_USE = "INTENDED_USE"
    """What the answer will be used for."""
    RECOVERY = "RECOVERY"
    """Place and time of recovery."""
    CONSENT_TO_FORWARD = "CONSENT_TO_FORWARD"
    """Consent to pass the request on."""
    CONFIDENTIALITY = "CONFIDENTIALITY"
    """An assurance that the answer is kept confidential."""
    OTHER = "OTHER"
    """Something else, said in words."""


class OfficeStateCode(StrEnum):
    """Whether the office that has to act is at work. Code list OF 1."""

    OPEN = "OPEN"
    """It is open."""
    CLOSED = "CLOSED"
    """It is closed now and opens again at the time given."""
    OUT_WILL_FORWARD = "OUT_WILL_FORWARD"
    """It is out of service; messages are kept and taken up later."""
    OUT_WILL_NOT_FORWARD = "OUT_WILL_NOT_FORWARD"
    """It is out of service, and messages are not taken up later."""


class OwnerCategoryCode(StrEnum):
    """From whom the firearm was stolen or lost. Code list OC 1."""

    PRIVATE = "PRIVATE"
    """A private person."""
    DEALER = "DEALER"
    """A dealer."""
    MANUFACTURER = "MANUFACTURER"
    """A manufacturer."""
    POLICE = "POLICE"
    """A police force."""
    MILITARY = "MILITARY"
    """Armed forces."""
    PRIVATE_SECURITY = "PRIVATE_SECURITY"
    """A private security company."""
    CARRIER = "CARRIER"
    """A carrier, during transport."""
    MUSEUM_COLLECTOR = "MUSEUM_COLLECTOR"
    """A museum or collector."""
    OTHER = "OTHER"
    """Another owner."""
    UNKNOWN = "UNKNOWN"
    """Not known."""


class PurposeCode(StrEnum):
    """The closed list of purposes for which the system may be used (INTERPOL Rules on the
    Processing of Data, Article 10). Code list PU 1."""

    WANTED_PERSON = "WANTED_PERSON"
    """To find a wanted person."""
    OBJECT_OF_POLICE_INTEREST = "OBJECT_OF_POLICE_INTEREST"
    """To locate or identify an object of police interest, such as a stolen firearm."""
    CRIMINAL_INVESTIGATION = "CRIMINAL_INVESTIGATION"
    """To support a criminal investigation or prosecution."""
    ALERT = "ALERT"
    """To warn of a person, event, object or method."""
    IDENTIFICATION = "IDENTIFICATION"
    """To identify a person or a body."""
    FORENSIC = "FORENSIC"
    """To carry out forensic analysis."""
    SECURITY_CHECK = "SECURITY_CHECK"
    """To carry out a security check."""
    BORDER_CONTROL = "BORDER_CONTROL"
    """To control persons and goods at a border."""
    THREAT_ANALYSIS = "THREAT_ANALYSIS"
    """To identify threats, trends and criminal networks."""


class ReceiptLevelCode(StrEnum):
    """How far a message has come. Code list RL 1."""

    TRANSPORT = "TRANSPORT"
    """The message has arrived and opened."""
    APPLICATION = "APPLICATION"
    """The message has been handled."""


class ReceiptOutcomeCode(StrEnum):
    """What became of a message at its receiver. Code list RO 1."""

    APPLIED = "APPLIED"
    """Taken in; its effect is stored."""
    REPEATED = "REPEATED"
    """Had been taken in before; nothing was done again."""
    REFUSED = "REFUSED"
    """Refused; the fault code says why."""


class RecordResultCode(StrEnum):
    """What became of a filing. Code list RR1 1."""

    ACCEPTED = "ACCEPTED"
    """Done."""
    ACCEPTED_WITH_WARNINGS = "ACCEPTED_WITH_WARNINGS"
    """Done; findings say what should be improved."""
    REJECTED = "REJECTED"
    """Not done; findings say why."""
    DUPLICATE = "DUPLICATE"
    """Not done: the owner already has a record of this firearm, named in the result."""
    VERSION_CONFLICT = "VERSION_CONFLICT"
    """Not done: the base version is not the newest; both versions stand in the findings."""


class RecordStatusCode(StrEnum):
    """The state of a record (2.6.1). Code list ST 1."""

    ACTIVE = "ACTIVE"
    """Searched and shown."""
    SUSPENDED = "SUSPENDED"
    """For a time not returned in searches, at the owner's wish."""
    HIT_PENDING = "HIT_PENDING"
    """A hit is open and unconfirmed; still searched."""
    LOCATED = "LOCATED"
    """Found and located, still searched."""
    CLOSED = "CLOSED"
    """Closed by the owner with a reason."""
    CANCELLED = "CANCELLED"
    """Cancelled by the owner: it should not have been filed."""
    EXPIRED = "EXPIRED"
    """The review date has passed; not searched."""
    PURGED = "PURGED"
    """The content has been erased; only a stub is kept."""


class RecordTypeCode(StrEnum):
    """Why a firearm is recorded. Code list RT 1."""

    STOLEN = "STOLEN"
    """Stolen."""
    LOST = "LOST"
    """Lost."""
    TRAFFICKED = "TRAFFICKED"
    """Illicitly trafficked."""
    SMUGGLED = "SMUGGLED"
    """Smuggled."""
    DIVERTED_STATE_STOCK = "DIVERTED_STATE_STOCK"
    """Diverted from a state stock."""
    WANTED_EVIDENCE = "WANTED_EVIDENCE"
    """Wanted as evidence."""
    RECOVERED_UNCLAIMED = "RECOVERED_UNCLAIMED"
    """Recovered, and no owner known; a later theft report finds it."""


class ReferenceTableCode(StrEnum):
    """A reference table in which the firearm's description has a number. Code list RF 1."""

    IFRT = "IFRT"
    """INTERPOL Firearms Reference Table."""
    FRT = "FRT"
    """Firearms Reference Table of the Royal Canadian Mounted Police."""
    NFID = "NFID"
    """Australian National Firearms Identification Database."""
    XWAFFE = "XWAFFE"
    """The catalogue of the German XWaffe standard."""
    NCIC_NIC = "NCIC_NIC"
    """NCIC number of the record."""
    OTHER = "OTHER"
    """Another table."""


class RequestedInformationCode(StrEnum):
    """What a trace request asks for. Code list RI 1."""

    MANUFACTURE = "MANUFACTURE"
    """Who made it and when."""
    EXPORT = "EXPORT"
    """Whether, when and to whom it was exported."""
    IMPORT = "IMPORT"
    """Whether, when and by whom it was imported."""
    FIRST_SALE = "FIRST_SALE"
    """The first retail sale."""
    LAST_LEGAL_HOLDER = "LAST_LEGAL_HOLDER"
    """Who held it lawfully last."""
    CURRENT_STATUS = "CURRENT_STATUS"
    """Its status in the register now."""
    STOLEN_LOST_STATUS = "STOLEN_LOST_STATUS"
    """Whether it was reported stolen or lost."""
    TRANSFER_HISTORY = "TRANSFER_HISTORY"
    """Every transfer on record."""


class ResponseKindCode(StrEnum):
    """Whether more will follow. Code list RK 1."""

    INTERIM = "INTERIM"
    """A part of the answer; more follows."""
    FINAL = "FINAL"
    """The whole answer."""


class RestrictionReasonCode(StrEnum):
    """Why information is delayed, restricted or refused (International Tracing Instrument,
    paragraph 22). Code list RR 1."""

    ONGOING_INVESTIGATION = "ONGOING_INVESTIGATION"
    """It would compromise a criminal investigation."""
    CONFIDENTIALITY_LAW = "CONFIDENTIALITY_LAW"
    """It would violate a law on confidential information."""
    REQUESTER_CONFIDENTIALITY_NOT_GUARANTEED = "REQUESTER_CONFIDENTIALITY_NOT_GUARANTEED"
    """The requester cannot guarantee confidentiality."""
    NATIONAL_SECURITY = "NATIONAL_SECURITY"
    """National security."""
    DATA_PROTECTION = "DATA_PROTECTION"
    """The protection of personal data."""
    THIRD_PARTY_ORIGIN = "THIRD_PARTY_ORIGIN"
    """It comes from a third party that has not agreed."""
    JUDICIAL_ORDER = "JUDICIAL_ORDER"
    """A court or prosecutor ordered so."""
    OTHER = "OTHER"
    """Another reason, said in words."""


class ReviewDecisionCode(StrEnum):
    """What the owner decides about a record that is to be reviewed. Code list RD 1."""

    EXTEND = "EXTEND"
    """It stays; its next review is at the given date."""
    CLOSE = "CLOSE"
    """It is closed."""
    CANCEL = "CANCEL"
    """It should not have been filed."""


class ReviewNoticeCode(StrEnum):
    """What the registry has to say about a record and its time. Code list RV 1."""

    REVIEW_DUE = "REVIEW_DUE"
    """Its review date is near."""
    REVIEW_OVERDUE = "REVIEW_OVERDUE"
    """Its review date has passed; it expires when the time of grace is over."""
    EXPIRED = "EXPIRED"
    """It was not confirmed and is not found any more; it can be extended for a while."""
    RESUMED = "RESUMED"
    """Its suspension has lasted as long as it may; it is found again."""
    PURGED = "PURGED"
    """Its content has been erased."""


class SearchReasonCode(StrEnum):
    """The occasion of a search. Code list RE 1."""

    VIOLENT_CRIME = "VIOLENT_CRIME"
    """A violent crime."""
    THEFT = "THEFT"
    """A theft."""
    NARCOTICS = "NARCOTICS"
    """A drug case."""
    FRAUD = "FRAUD"
    """A fraud."""
    TRAFFIC = "TRAFFIC"
    """A road or vehicle check."""
    HUMANITARIAN = "HUMANITARIAN"
    """A humanitarian case."""
    TRAFFICKING = "TRAFFICKING"
    """Arms trafficking."""
    BORDER_CHECK = "BORDER_CHECK"
    """A check at a border."""
    CUSTOMS_CONTROL = "CUSTOMS_CONTROL"
    """A customs control."""
    SURRENDER = "SURRENDER"
    """A firearm was handed in."""
    LICENSING = "LICENSING"
    """A licence is applied for or renewed."""
    STOCK_CHECK = "STOCK_CHECK"
    """A stock is being checked."""


class SearchResultCode(StrEnum):
    """The outcome of a search. Code list SR 1."""

    NO_HIT = "NO_HIT"
    """Nothing recorded resembles the description."""
    HIT = "HIT"
    """At least one candidate of grade A or B."""
    CANDIDATES = "CANDIDATES"
    """Candidates of grade C or D only."""
    TOO_MANY = "TOO_MANY"
    """Too many candidates: more characters, make or calibre are needed."""
    NOT_SEARCHABLE = "NOT_SEARCHABLE"
    """The description holds nothing that can be searched for."""


class SeizureContextCode(StrEnum):
    """The case in which a firearm was seized. Code list SC 1."""

    POSSESSION = "POSSESSION"
    """Illicit possession."""
    TRAFFICKING = "TRAFFICKING"
    """Trafficking."""
    MANUFACTURE = "MANUFACTURE"
    """Illicit manufacture."""
    HOMICIDE = "HOMICIDE"
    """Homicide."""
    ROBBERY = "ROBBERY"
    """Robbery."""
    TERRORISM = "TERRORISM"
    """Terrorism."""
    ORGANISED_CRIME = "ORGANISED_CRIME"
    """Organised crime."""
    DRUGS = "DRUGS"
    """Drugs."""
    WILDLIFE = "WILDLIFE"
    """Wildlife crime."""
    AMNESTY = "AMNESTY"
    """An amnesty."""
    CONFLICT = "CONFLICT"
    """Armed conflict."""
    OTHER = "OTHER"
    """Another context."""


class SerialStatusCode(StrEnum):
    """The state of the serial number on the firearm. A national text such as raspado or N/C belongs
    here, never in the marking text. Code list SS 1."""

    PRESENT = "PRESENT"
    """The serial number is there and legible as a whole."""
    PARTIAL = "PARTIAL"
    """Part of the serial number can be read."""
    RESTORED = "RESTORED"
    """The serial number was made legible again by a laboratory."""
    ALTERED = "ALTERED"
    """The serial number was changed or stamped over."""
    REMOVED_ABRADED = "REMOVED_ABRADED"
    """Removed by filing, grinding or sanding (raspado, lixado)."""
    REMOVED_PUNCHED = "REMOVED_PUNCHED"
    """Removed by punching (pinado, picotado)."""
    REMOVED_OTHER = "REMOVED_OTHER"
    """Removed in another or unknown way (suprimido, obliterado)."""
    WORN = "WORN"
    """Worn or corroded away without intent."""
    NEVER_MARKED = "NEVER_MARKED"
    """The firearm never carried a serial number."""
    NOT_RECORDED = "NOT_RECORDED"
    """The report does not give one (N/C, S/N, blank)."""
    NOT_EXAMINED = "NOT_EXAMINED"
    """Nobody has looked yet."""


class SeverityCode(StrEnum):
    """How grave a finding is. Code list SV 1."""

    ERROR = "ERROR"
    """It stands in the way."""
    WARNING = "WARNING"
    """It does not stand in the way and should be put right."""
    INFO = "INFO"
    """For information."""


class StatAnswerCode(StrEnum):
    """What became of a question for counts. Code list SW 1."""

    ANSWERED = "ANSWERED"
    """The counts are in this message."""
    WAITS = "WAITS"
    """A person decides; the answer follows."""
    REFUSED = "REFUSED"
    """No counts are given; the reason says why."""


class StatDimensionCode(StrEnum):
    """What counts are told apart by. Code list SD 1."""

    FIREARM_TYPE = "FIREARM_TYPE"
    """The type of firearm."""
    MAKE = "MAKE"
    """The make, as the registry reads it."""
    CALIBRE = "CALIBRE"
    """The calibre, as the registry reads it."""
    SERIAL_STATUS = "SERIAL_STATUS"
    """The state of the serial number."""
    RECORD_TYPE = "RECORD_TYPE"
    """Stolen, lost, smuggled and so on."""
    OWNER_CATEGORY = "OWNER_CATEGORY"
    """The kind of owner."""
    STATUS = "STATUS"
    """The status of the record."""
    CLOSURE_REASON = "CLOSURE_REASON"
    """Why the record was closed."""
    PURPOSE = "PURPOSE"
    """The purpose of the search."""
    REASON = "REASON"
    """The reason for the search."""
    RESULT = "RESULT"
    """What the search or the seizure led to."""
    GRADE = "GRADE"
    """The grade of the hit."""
    ORIGIN = "ORIGIN"
    """What led to the hit."""
    OWNER_COUNTRY = "OWNER_COUNTRY"
    """The country that owns the record."""
    FINDER_COUNTRY = "FINDER_COUNTRY"
    """The country that found the firearm."""
    MODE = "MODE"
    """Seized, found or surrendered."""
    COUNTRY = "COUNTRY"
    """The country of the check or the seizure."""
    PLACE = "PLACE"
    """The subdivision of the seizure."""
    CONTEXT = "CONTEXT"
    """The context of the seizure."""
    DIRECTION = "DIRECTION"
    """Whether the request was sent or received."""
    PEER_COUNTRY = "PEER_COUNTRY"
    """The other country of the request."""
    STAGE = "STAGE"
    """How far the request is."""
    OUTCOME = "OUTCOME"
    """What the request or the hit led to."""
    RECOVERY_COUNTRY = "RECOVERY_COUNTRY"
    """The country of recovery."""
    RECOVERY_PLACE = "RECOVERY_PLACE"
    """The subdivision of recovery."""
    MANUFACTURE_PLACE = "MANUFACTURE_PLACE"
    """Where the firearm was made."""
    IMPORT_PLACE = "IMPORT_PLACE"
    """Where it was last legally imported."""
    DIVERSION_PLACE = "DIVERSION_PLACE"
    """Where it left lawful hands."""


class StatMeasureCode(StrEnum):
    """What is counted. Code list SM 1."""

    RECORDS = "RECORDS"
    """Records of firearms, by the time at which they were first filed."""
    SEARCHES = "SEARCHES"
    """Searches, by the time at which they were made."""
    HITS = "HITS"
    """Hits, by the time at which they were raised."""
    SEIZED = "SEIZED"
    """Seized, found and surrendered firearms, by the time of the seizure."""
    TRACES = "TRACES"
    """Trace requests sent and received, by the time at which that was."""


class StatRefusalCode(StrEnum):
    """Why no counts are given. Code list SF 1."""

    NOT_OFFERED = "NOT_OFFERED"
    """Such counts are told to nobody."""
    NOT_TO_YOU = "NOT_TO_YOU"
    """Such counts are not told to the party that asks."""
    PERIOD_OPEN = "PERIOD_OPEN"
    """The period is not over, or ended so recently that late messages may change it."""
    OTHER_TABLE = "OTHER_TABLE"
    """Counts are told by other dimensions or longer periods alone."""
    DECIDED = "DECIDED"
    """A person decided so."""


class TraceAckCode(StrEnum):
    """What the responder does with a request. Code list TA 1."""

    ACCEPTED = "ACCEPTED"
    """It works on it."""
    REJECTED = "REJECTED"
    """It does not; the reason is given."""


class TraceCancelCode(StrEnum):
    """Why a request is taken back. Code list TC 1."""

    SOLVED = "SOLVED"
    """The case is solved otherwise."""
    WRONG_ADDRESSEE = "WRONG_ADDRESSEE"
    """It went to the wrong country."""
    DUPLICATE = "DUPLICATE"
    """It was asked twice."""
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"
    """It was sent by mistake."""
    OTHER = "OTHER"
    """Another reason, said in words."""


class TraceDeadlineCode(StrEnum):
    """Which term of a trace request. Code list DL 1."""

    RECEIPT = "RECEIPT"
    """Until the other system has taken it in."""
    ACKNOWLEDGEMENT = "ACKNOWLEDGEMENT"
    """Until an office says whether it works on it."""
    ANSWER = "ANSWER"
    """Until the first substantive answer."""


class TraceDocumentKindCode(StrEnum):
    """The kind of document that proves a link. Code list TD 1."""

    INVOICE = "INVOICE"
    """An invoice."""
    EXPORT_LICENCE = "EXPORT_LICENCE"
    """An export licence."""
    IMPORT_LICENCE = "IMPORT_LICENCE"
    """An import licence."""
    EUC = "EUC"
    """An end-user certificate."""
    SALE_RECORD = "SALE_RECORD"
    """A dealer's sale record."""
    REGISTRATION = "REGISTRATION"
    """A registration."""
    LOSS_REPORT = "LOSS_REPORT"
    """A report of loss or theft."""
    PRODUCTION_RECORD = "PRODUCTION_RECORD"
    """A manufacturer's record."""
    OTHER = "OTHER"
    """Another document."""


class TraceOutcomeCode(StrEnum):
    """What a trace led to. Code list TO 1."""

    TRACED_LAST_LEGAL_HOLDER = "TRACED_LAST_LEGAL_HOLDER"
    """To the last lawful holder."""
    TRACED_FIRST_PURCHASER = "TRACED_FIRST_PURCHASER"
    """To the first purchaser."""
    TRACED_RETAILER = "TRACED_RETAILER"
    """To a retailer."""
    TRACED_WHOLESALER = "TRACED_WHOLESALER"
    """To a wholesaler."""
    TRACED_MANUFACTURER_ONLY = "TRACED_MANUFACTURER_ONLY"
    """To the manufacturer and no further."""
    EXPORTED = "EXPORTED"
    """It was exported; the next country is named."""
    IMPORTED_NO_FURTHER = "IMPORTED_NO_FURTHER"
    """It was imported, and nothing is known after that."""
    STATE_STOCK = "STATE_STOCK"
    """It belonged to a state's stock."""
    REPORTED_STOLEN = "REPORTED_STOLEN"
    """It was reported stolen."""
    REPORTED_LOST = "REPORTED_LOST"
    """It was reported lost."""
    DESTROYED_ON_RECORD = "DESTROYED_ON_RECORD"
    """It is destroyed on record."""
    DEACTIVATED_ON_RECORD = "DEACTIVATED_ON_RECORD"
    """It is deactivated on record."""
    NO_RECORD = "NO_RECORD"
    """There is no record of it."""
    RECORDS_EXPIRED = "RECORDS_EXPIRED"
    """The records of that time are not kept any more."""
    RECORDS_UNAVAILABLE = "RECORDS_UNAVAILABLE"
    """There are records, and they cannot be consulted."""
    SERIAL_INVALID_FOR_MAKE = "SERIAL_INVALID_FOR_MAKE"
    """The make never used such a serial number."""
    MULTIPLE_MATCHES = "MULTIPLE_MATCHES"
    """Several firearms answer the description."""
    MISIDENTIFIED = "MISIDENTIFIED"
    """It is not what the request describes."""
    NOT_MADE_HERE = "NOT_MADE_HERE"
    """It was not made in this country."""
    NOT_IMPORTED_HERE = "NOT_IMPORTED_HERE"
    """It was not imported into this country."""
    INSUFFICIENT_INFORMATION = "INSUFFICIENT_INFORMATION"
    """What was given does not suffice."""
    TOO_OLD = "TOO_OLD"
    """It was made before records were kept."""
    PRIVATELY_MADE = "PRIVATELY_MADE"
    """It was privately made and has no records."""
    DUPLICATE_REQUEST = "DUPLICATE_REQUEST"
    """It was answered under another request."""
    WITHHELD = "WITHHELD"
    """Information is withheld."""
    REFUSED = "REFUSED"
    """An answer is refused."""
    CANCELLED = "CANCELLED"
    """The requester cancelled."""
    NO_REPLY = "NO_REPLY"
    """Nobody answered in time."""


class TracePriorityCode(StrEnum):
    """How soon an answer is needed. Code list TP 1."""

    URGENT = "URGENT"
    """A person waits for it; the justification says why."""
    ROUTINE = "ROUTINE"
    """In the usual time."""


class TraceRejectionCode(StrEnum):
    """Why a request is not worked on. Code list TJ 1."""

    WRONG_COUNTRY = "WRONG_COUNTRY"
    """Nothing connects the firearm with this country."""
    DUPLICATE = "DUPLICATE"
    """The same was asked before."""
    INCOMPLETE = "INCOMPLETE"
    """It lacks what cannot be asked for in a loop."""
    NO_LEGAL_BASIS = "NO_LEGAL_BASIS"
    """The legal justification does not allow an answer."""
    NOT_A_FIREARM = "NOT_A_FIREARM"
    """What is described is no firearm."""
    NOT_IDENTIFIABLE = "NOT_IDENTIFIABLE"
    """The markings do not single out a firearm."""
    OUT_OF_SERVICE = "OUT_OF_SERVICE"
    """The office is out of service and does not keep requests."""
    OTHER = "OTHER"
    """Another reason, said in words."""


class TraceRoleCode(StrEnum):
    """What a link of a line of supply did with the firearm. Code list TR 1."""

    MANUFACTURER = "MANUFACTURER"
    """Made it."""
    EXPORTER = "EXPORTER"
    """Exported it."""
    IMPORTER = "IMPORTER"
    """Imported it."""
    TRANSIT = "TRANSIT"
    """It passed through."""
    WHOLESALER = "WHOLESALER"
    """Sold it to dealers."""
    RETAILER = "RETAILER"
    """Sold it to a user."""
    FIRST_PURCHASER = "FIRST_PURCHASER"
    """Bought it first."""
    HOLDER = "HOLDER"
    """Held it later."""
    STATE_STOCK = "STATE_STOCK"
    """Held it as a state's stock."""
    DEACTIVATOR = "DEACTIVATOR"
    """Deactivated it."""
    DESTROYER = "DESTROYER"
    """Destroyed it."""
    REPORTED_LOST = "REPORTED_LOST"
    """Reported it lost."""
    REPORTED_STOLEN = "REPORTED_STOLEN"
    """Reported it stolen."""
    UNKNOWN = "UNKNOWN"
    """Not known."""


class TransliterationSystemCode(StrEnum):
    """The rule by which a text was written over into Latin letters. Code list TS 1."""

    VISUAL = "VISUAL"
    """By look: each character became the Latin character that looks like it."""
    ICAO9303 = "ICAO9303"
    """By ICAO Doc 9303."""
    ISO9 = "ISO9"
    """By ISO 9."""
    OTHER = "OTHER"
    """By another rule."""


class TransportModeCode(StrEnum):
    """The mode of transport. Code list TM 1."""

    AIR = "AIR"
    """By air."""
    SEA = "SEA"
    """By sea."""
    RAIL = "RAIL"
    """By rail."""
    ROAD = "ROAD"
    """By road."""
    POST = "POST"
    """By post."""
    EXPRESS = "EXPRESS"
    """By express carrier."""
    PEDESTRIAN = "PEDESTRIAN"
    """On foot."""
    INLAND_WATER = "INLAND_WATER"
    """By inland waterway."""
    OTHER = "OTHER"
    """Another mode."""


class YearBasisCode(StrEnum):
    """On what a year of manufacture rests. Code list YB 1."""

    MARKED = "MARKED"
    """The year is marked on the firearm."""
    SERIAL_RANGE = "SERIAL_RANGE"
    """Derived from the maker's serial number ranges."""
    DOCUMENT = "DOCUMENT"
    """Taken from a document."""
    ESTIMATE = "ESTIMATE"
    """Estimated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRestriction(Part):
    """Who may or may not see a record, beyond the rules for all."""

    country_code: CountryCode | None = None
    """A country with all its agencies."""
    agency_id: str | None = None
    """One agency."""
    access_mode_code: AccessModeCode
    """Whether this opens or closes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context(Part):
    """Who sends a message, on whose behalf and what for. It is encrypted with the content, unlike
    the routing header."""

    schema_version: str
    """The version of this schema that the sender used."""
    message_type_code: MessageTypeCode
    """What the message is for; equals the type of the element that holds this context."""
    conversation_id: str
    """The same for all messages that belong together."""
    sent_timestamp: datetime
    """When the message was made."""
    urgency_justification_text: str | None = None
    """Why the message is urgent; expected in the URGENT lane."""
    sender_agency_id: str
    """The agency on whose behalf the message is sent."""
    sender_system_id: str
    """The technical system that made the message."""
    acting_user_pseudonym: str
    """The user who acts, under a stable pseudonym that only the sender's country can resolve."""
    purpose_code: PurposeCode
    """The purpose for which the system is used."""
    case_reference: str | None = None
    """The sender's number of the case."""
    handling_code: tuple[HandlingCode, ...]
    """Conditions for the use of this message. 1 to 8."""
    test_indicator: bool
    """Whether the message is a test without effect in the real world."""
    language_code: str | None = None
    """The language of the free texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """Announces an outage of the office that sends it, or that one ended before its time."""

    context: Context
    """Who sends, and what for."""
    outage_reference: str
    """How the sender names the outage."""
    begin_timestamp: datetime
    """From when it does not work."""
    end_timestamp: datetime
    """Until when; where the outage was taken back, when that was."""
    will_forward_indicator: bool
    """Whether what comes meanwhile is kept and taken up later. If not, ask elsewhere."""
    reason_text: str | None = None
    """Why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BallisticReference:
    """The number of ballistic evidence in another system."""

    value: str
    """The number of ballistic evidence in another system."""
    system: BallisticSystemCode
    """The system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibre(Part):
    """The calibre of one or all barrels."""

    calibre_code: str | None = None
    """The code of the calibre."""
    calibre_text: str
    """The calibre as written or marked; UNKNOWN where it could not be told."""
    barrel_number: int | None = None
    """The barrel that it applies to, counted from 1; absent means all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchReason(Part):
    """How one field speaks for or against a match."""

    reason_code: str
    """The comparison that was made, as a stable code."""
    outcome_code: MatchOutcomeCode
    """How it came out."""
    field_path: str | None = None
    """The field of the description."""
    message_text: str
    """The comparison in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeCode:
    """The code of a make with the list that it comes from."""

    value: str
    """The code of a make with the list that it comes from."""
    scheme: MakeSchemeCode
    """The list that the code comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Make(Part):
    """A make, as code and in words."""

    make_code: MakeCode | None = None
    """The code of the make."""
    make_text: str
    """The make in words; UNKNOWN where it could not be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransliteratedText:
    """A marking written over into Latin letters."""

    value: str
    """A marking written over into Latin letters."""
    system: TransliterationSystemCode
    """The rule that was applied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking(Part):
    """One marking on a firearm."""

    kind_code: MarkingKindCode
    """What the marking is."""
    location_code: MarkingLocationCode | None = None
    """Where it stands."""
    method_code: MarkingMethodCode | None = None
    """How it was applied."""
    legibility_code: LegibilityCode
    """How well it can be read."""
    text_as_marked: str | None = None
    """The text exactly as marked, in its own script."""
    script_code: str | None = None
    """The script of the text as marked."""
    text_pattern: str | None = None
    """The text with a question mark for each unreadable character and an asterisk for any number of
    them."""
    transliterated_text: tuple[TransliteratedText, ...] = ()
    """The text in Latin letters. 0 to 3."""
    symbol_description_text: str | None = None
    """A symbol in words."""
    primary_indicator: bool | None = None
    """Whether this is the marking by which the firearm is registered."""
    image_ref: tuple[str, ...] = ()
    """ImageDigest of an image of this marking. 0 to 20."""
    remark_text: str | None = None
    """Anything else about the marking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component(Part):
    """An essential component that carries markings of its own or differs from the frame."""

    component_code: ComponentCode
    """Which component."""
    marking: tuple[Marking, ...] = ()
    """Its markings. 0 to 5."""
    differs_from_frame_indicator: bool | None = None
    """Whether its serial number differs from that of the frame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOfManufacture:
    """The year in which a firearm was made."""

    value: int
    """The year in which a firearm was made."""
    basis: YearBasisCode | None = None
    """On what the year rests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import(Part):
    """One import of the firearm."""

    country: CountryCode
    """The country of import."""
    year: int | None = None
    """The year of import."""
    importer_text: str | None = None
    """The importer."""
    last_legal_import_indicator: bool | None = None
    """Whether this is the last legal import known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalCategory:
    """The category of a firearm under a law."""

    value: str
    """The category of a firearm under a law."""
    scheme: LegalCategorySchemeCode
    """The law."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceTableId:
    """The number of a firearm's description in a reference table."""

    value: str
    """The number of a firearm's description in a reference table."""
    scheme: ReferenceTableCode
    """The reference table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image(Part):
    """An image that can be asked for; its content travels apart."""

    image_digest: str
    """SHA-256 of the image file."""
    media_type: str
    """Its media type."""
    view_code: ImageViewCode
    """What it shows."""
    captured_timestamp: datetime | None = None
    """When it was taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirearmDescription(Part):
    """What is known of a firearm: any subset of the fields of Firearm, but at least one."""

    firearm_type_code: FirearmTypeCode | None = None
    """The kind of firearm."""
    action_code: ActionCode | None = None
    """How it loads and fires."""
    manufacture_kind_code: ManufactureKindCode | None = None
    """How it came to be what it is."""
    make_marked: Make | None = None
    """The make that is marked on it."""
    make_identified: Make | None = None
    """The make that it really is of, as far as known."""
    model_marked: str | None = None
    """The model that is marked on it."""
    model_identified: str | None = None
    """The model that it really is of."""
    calibre: tuple[Calibre, ...] = ()
    """Its calibres. 0 to 4."""
    serial_status_code: SerialStatusCode | None = None
    """The state of its serial number."""
    marking: tuple[Marking, ...] = ()
    """Its markings; the serial number among them. 0 to 40."""
    component: tuple[Component, ...] = ()
    """Components worth naming. 0 to 20."""
    country_of_manufacture: CountryCode | None = None
    """Where it was made."""
    year_of_manufacture: YearOfManufacture | None = None
    """When it was made."""
    import_: tuple[Import, ...] = ()
    """Imports known. 0 to 10."""
    barrel_length_measure: Decimal | None = None
    """Length of the barrel in millimetres."""
    overall_length_measure: Decimal | None = None
    """Length of the firearm in millimetres."""
    barrel_quantity: int | None = None
    """Number of barrels."""
    capacity_quantity: int | None = None
    """Number of cartridges that it holds."""
    finish_code: tuple[FinishCode, ...] = ()
    """Its finish. 0 to 10."""
    grip_text: str | None = None
    """Its grip."""
    stock_text: str | None = None
    """Its stock."""
    distinguishing_feature_text: str | None = None
    """What sets it apart from others of its kind."""
    legal_category: tuple[LegalCategory, ...] = ()
    """Its category under laws. 0 to 10."""
    reference_table_id: tuple[ReferenceTableId, ...] = ()
    """Its numbers in reference tables. 0 to 10."""
    identification_confidence_code: IdentificationConfidenceCode | None = None
    """How the description was obtained."""
    image: tuple[Image, ...] = ()
    """Images that can be asked for. 0 to 20."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPoint(Part):
    """An office that answers questions: never a person."""

    contact_name: str
    """Name of the office."""
    telephone: str | None = None
    """Telephone number of the office."""
    email: str | None = None
    """E-mail address of the office."""
    available_always_indicator: bool
    """Whether the office answers at any hour of any day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(Part):
    """One recorded firearm that resembles the description. It never says anything about a
    person."""

    record_id: str
    """The record."""
    grade_code: GradeCode
    """How strongly it agrees."""
    score_decimal: Decimal
    """The strength as a number; comparable within one answer only."""
    match_reason: tuple[MatchReason, ...] = ()
    """What agrees and what differs. 0 to 40."""
    owner_country: CountryCode
    """The country that owns the record."""
    owner_agency_id: str
    """The agency that owns the record."""
    record_type_code: RecordTypeCode
    """Why the firearm is recorded."""
    status_code: RecordStatusCode
    """The state of the record."""
    event_date: str
    """When it was stolen, lost or met."""
    firearm: FirearmDescription
    """The recorded firearm in short."""
    caution_code: tuple[CautionCode, ...] = ()
    """Warnings. 0 to 5."""
    action_requested_code: ActionRequestedCode
    """What the owner asks the finder to do."""
    contact_point: tuple[ContactPoint, ...]
    """Whom to contact before acting: a candidate is never a ground for action by itself. 1 to 3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consignment(Part):
    """The goods that the firearms were part of."""

    consignment_reference: str
    """The number of the consignment, such as a customs declaration."""
    transport_document_reference: tuple[str, ...] = ()
    """Waybills and bills of lading. 0 to 10."""
    declared_goods_text: str | None = None
    """The goods as declared."""
    package_quantity: int | None = None
    """Number of packages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryStatement:
    """Says how far the sender is with the receiver."""

    stated_timestamp: datetime
    """When this was so."""
    sent_number: int
    """The highest number that I gave a message to you; 0 for none."""
    held_number: int
    """The highest number of yours that I hold; 0 for none."""
    missing_quantity: int
    """How many numbers of yours I know of and do not hold."""
    gone_quantity: int
    """How many of yours will never come, as you said."""
    answer_indicator: bool
    """Whether your own statement is wanted in return."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryAck:
    """Says which root, directory and revocations the sender relies on."""

    taken_timestamp: datetime
    """Since when the sender relies on them."""
    root_version: int
    """The newest root that it followed."""
    directory_version: int
    """The newest directory that it accepted."""
    revocation_quantity: int
    """How many revocations it applies beside it."""
    state_digest: str
    """SHA-256 over the digests of root, directory and revocations, these sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DispositionNotice:
    """Says what becomes of the seized firearm of a hit."""

    context: Context
    """Who sends, and what for."""
    hit_id: str
    """The hit."""
    disposition_code: DispositionCode
    """What becomes of it."""
    disposition_date: date
    """When."""
    remark_text: str | None = None
    """Anything else; an office is named, never a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Part):
    """One thing that the receiver has to say about one field."""

    finding_code: str
    """What is the matter, as a stable code."""
    severity_code: SeverityCode
    """How grave it is."""
    field_path: str | None = None
    """The field concerned."""
    value_text: str | None = None
    """The value found there."""
    expected_text: str | None = None
    """What was expected."""
    message_text: str
    """The finding in words."""
    remedy_text: str | None = None
    """What to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Says that a message was refused as a whole."""

    message_id: str | None = None
    """The message that was refused."""
    fault_code: str
    """Why, as a stable code."""
    retryable_indicator: bool
    """Whether the same message may succeed later."""
    message_text: str
    """Why, in words."""
    field_path: str | None = None
    """Where the trouble is."""
    expected_text: str | None = None
    """What was expected."""
    remedy_text: str | None = None
    """What to do."""
    finding: tuple[Finding, ...] = ()
    """All problems, where there are several. 0 to 200."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Firearm(Part):
    """A firearm as a record needs it."""

    firearm_type_code: FirearmTypeCode
    """The kind of firearm."""
    action_code: ActionCode | None = None
    """How it loads and fires."""
    manufacture_kind_code: ManufactureKindCode | None = None
    """How it came to be what it is."""
    make_marked: Make | None = None
    """The make that is marked on it."""
    make_identified: Make
    """The make that it really is of, as far as known."""
    model_marked: str | None = None
    """The model that is marked on it."""
    model_identified: str | None = None
    """The model that it really is of."""
    calibre: tuple[Calibre, ...]
    """Its calibres. 1 to 4."""
    serial_status_code: SerialStatusCode
    """The state of its serial number."""
    marking: tuple[Marking, ...] = ()
    """Its markings; the serial number among them. 0 to 40."""
    component: tuple[Component, ...] = ()
    """Components worth naming. 0 to 20."""
    country_of_manufacture: CountryCode | None = None
    """Where it was made."""
    year_of_manufacture: YearOfManufacture | None = None
    """When it was made."""
    import_: tuple[Import, ...] = ()
    """Imports known. 0 to 10."""
    barrel_length_measure: Decimal | None = None
    """Length of the barrel in millimetres."""
    overall_length_measure: Decimal | None = None
    """Length of the firearm in millimetres."""
    barrel_quantity: int | None = None
    """Number of barrels."""
    capacity_quantity: int | None = None
    """Number of cartridges that it holds."""
    finish_code: tuple[FinishCode, ...] = ()
    """Its finish. 0 to 10."""
    grip_text: str | None = None
    """Its grip."""
    stock_text: str | None = None
    """Its stock."""
    distinguishing_feature_text: str | None = None
    """What sets it apart from others of its kind."""
    legal_category: tuple[LegalCategory, ...] = ()
    """Its category under laws. 0 to 10."""
    reference_table_id: tuple[ReferenceTableId, ...] = ()
    """Its numbers in reference tables. 0 to 10."""
    identification_confidence_code: IdentificationConfidenceCode | None = None
    """How the description was obtained."""
    image: tuple[Image, ...] = ()
    """Images that can be asked for. 0 to 20."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Location(Part):
    """A place, as exact as the sender can and may say."""

    country: CountryCode
    """The country."""
    subdivision_code: str | None = None
    """State, province or region."""
    locode_code: str | None = None
    """Port, airport, border post or town in UN/LOCODE."""
    locality_text: str | None = None
    """Town or place in words."""
    latitude: Decimal | None = None
    """Degrees north of the equator; never without Longitude."""
    longitude: Decimal | None = None
    """Degrees east of Greenwich; never without Latitude."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirearmRecord(Part):
    """One firearm that a country has lost sight of, with what the country asks of whoever meets
    it."""

    record_id: str
    """The id of the record in this system; the owner's gateway makes it."""
    national_record_id: str
    """The key of the record in the owner's own system."""
    owner_agency_id: str
    """The agency that owns the record and alone may change it."""
    version: int
    """The version of the content, counted from 1."""
    record_type_code: RecordTypeCode
    """Why the firearm is recorded."""
    illicit_basis_code: tuple[IllicitBasisCode, ...] = ()
    """The grounds on which it counts as illicit. 0 to 6."""
    status_code: RecordStatusCode
    """The state of the record."""
    firearm: Firearm
    """The firearm."""
    event_date: str
    """When it was stolen, lost or met."""
    event_location: Location | None = None
    """Where it was stolen, lost or met."""
    offence_code: tuple[str, ...] = ()
    """The offences, such as the burglary in which it was stolen. 0 to 20."""
    circumstance_text: str | None = None
    """What happened, without naming persons."""
    owner_category_code: OwnerCategoryCode | None = None
    """From whom it was stolen or lost."""
    batch_theft_reference: str | None = None
    """The same for all firearms of one theft."""
    caution_code: tuple[CautionCode, ...] = ()
    """Warnings. 0 to 5."""
    action_requested_code: ActionRequestedCode
    """What the owner asks the finder to do."""
    contact_point: tuple[ContactPoint, ...]
    """Whom to contact. 1 to 3."""
    entered_timestamp: datetime
    """When the record was entered in the owner's system."""
    review_date: date
    """When the owner must confirm or close it."""
    handling_code: tuple[HandlingCode, ...]
    """Conditions for the use of the record. 1 to 8."""
    access_restriction: tuple[AccessRestriction, ...] = ()
    """Who may or may not see it. 0 to 50."""
    closure_reason_code: ClosureReasonCode | None = None
    """Why it was closed."""
    related_record_id: tuple[str, ...] = ()
    """Other records that belong to it. 0 to 50."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordResult(Part):
    """What became of one filing."""

    record_id: str | None = None
    """The record concerned."""
    national_record_id: str | None = None
    """Its key in the owner's own system."""
    result_code: RecordResultCode
    """What became of it."""
    version: int | None = None
    """The version that now stands."""
    finding: tuple[Finding, ...] = ()
    """What the registry has to say about it. 0 to 200."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirearmRecordResult:
    """Says what became of one filing."""

    context: Context
    """Who sends, and what for."""
    record_result: RecordResult
    """The result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange(Part):
    """A change of status without new content."""

    record_id: str
    """The record."""
    base_version: int
    """The version that the sender knows as the newest."""
    status_code: RecordStatusCode
    """The new status."""
    closure_reason_code: ClosureReasonCode | None = None
    """Why; expected for CLOSED and CANCELLED."""
    recovery_date: str | None = None
    """When the firearm was recovered; expected for a closure after recovery."""
    remark_text: str | None = None
    """Anything else about the change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirearmRecordStatusChange:
    """Changes the status of one record."""

    context: Context
    """Who sends, and what for."""
    status_change: StatusChange
    """The change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirearmRecordSubmit:
    """Files one firearm record."""

    context: Context
    """Who sends, and what for."""
    firearm_record: FirearmRecord
    """The record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordUpdate(Part):
    """The new content of a record, made from a version that the sender names."""

    base_version: int
    """The version that the sender's change starts from; another newest version is a conflict."""
    firearm_record: FirearmRecord
    """The whole new content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirearmRecordUpdate:
    """Replaces the content of one record."""

    context: Context
    """Who sends, and what for."""
    record_update: RecordUpdate
    """The new content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit(Part):
    """A recorded firearm and a found one that seem to be the same. It is no ground for action until
    the owner confirms it."""

    hit_id: str
    """The id of the hit, the same for both sides."""
    hit_role_code: HitRoleCode
    """The part that the receiver plays."""
    hit_origin_code: HitOriginCode
    """What led to the hit."""
    grade_code: GradeCode
    """How strongly the two agree."""
    score_decimal: Decimal
    """The strength as a number."""
    match_reason: tuple[MatchReason, ...] = ()
    """What agrees and what differs. 0 to 40."""
    record_id: str
    """The record."""
    national_record_id: str | None = None
    """Its key in the owner's own system."""
    record_version: int
    """The version of the record that was compared."""
    owner_agency_id: str
    """The agency that owns the record."""
    finder_agency_id: str
    """The agency that found or searched."""
    search_id: str | None = None
    """The search, where one led to the hit."""
    seizure_id: str | None = None
    """The seizure, where one led to the hit."""
    item_id: str | None = None
    """The item of the batch or notice."""
    raised_timestamp: datetime
    """When the registry raised the hit."""
    recorded_firearm: FirearmDescription
    """The firearm as recorded."""
    found_firearm: FirearmDescription
    """The firearm as found or searched for."""
    record_type_code: RecordTypeCode
    """Why the firearm is recorded."""
    event_date: str
    """When it was stolen, lost or met."""
    found_location: Location | None = None
    """Where it was found."""
    found_timestamp: datetime | None = None
    """When it was found."""
    exhibit_reference: str | None = None
    """The finder's number of the exhibit."""
    caution_code: tuple[CautionCode, ...] = ()
    """Warnings. 0 to 5."""
    action_requested_code: ActionRequestedCode
    """What the owner asks the finder to do."""
    contact_point: tuple[ContactPoint, ...]
    """Whom to contact on the other side. 1 to 3."""
    delayed_indicator: bool | None = None
    """Whether the record came after the search or seizure that it answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HitClose:
    """Ends a hit."""

    context: Context
    """Who sends, and what for."""
    hit_id: str
    """The hit."""
    remark_text: str | None = None
    """Anything else; an office is named, never a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HitConfirmRequest:
    """Asks the owner, through the registry, to confirm a hit."""

    context: Context
    """Who sends, and what for."""
    hit_id: str
    """The hit."""
    confirmation_urgency_code: ConfirmationUrgencyCode
    """How soon the answer is needed."""
    remark_text: str | None = None
    """Anything else; an office is named, never a person."""
    contact_point: tuple[ContactPoint, ...] = ()
    """The office that the other side reaches about this step; an office, never a person. 0 to 3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HitConfirmResponse:
    """Answers a request for confirmation."""

    context: Context
    """Who sends, and what for."""
    hit_id: str
    """The hit."""
    hit_answer_code: HitAnswerCode
    """The answer."""
    promised_timestamp: datetime | None = None
    """By when the answer comes; expected with MORE_TIME, and with nothing else."""
    remark_text: str | None = None
    """Anything else; an office is named, never a person."""
    contact_point: tuple[ContactPoint, ...] = ()
    """The office that the other side reaches about this step; an office, never a person. 0 to 3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HitNotice:
    """Tells the owner or the finder of a hit."""

    context: Context
    """Who sends, and what for."""
    hit: Hit
    """The hit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HitReceipt:
    """Says that a national system has taken in a hit notice."""

    context: Context
    """Who sends, and what for."""
    hit_id: str
    """The hit."""
    hit_role_code: HitRoleCode
    """The part that the sender of this receipt plays."""
    received_timestamp: datetime
    """When the notice was taken in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HitRevoke:
    """Says that a hit was none."""

    context: Context
    """Who sends, and what for."""
    hit_id: str
    """The hit."""
    false_hit_reason_code: FalseHitReasonCode
    """Why."""
    remark_text: str | None = None
    """Anything else; an office is named, never a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HitSeizure:
    """Says that the firearm of a confirmed hit has been seized."""

    context: Context
    """Who sends, and what for."""
    hit_id: str
    """The hit."""
    seizure_timestamp: datetime
    """When."""
    location: Location
    """Where."""
    legal_justification_text: str
    """The law that allows the seizure."""
    exhibit_reference: str | None = None
    """The number of the exhibit."""
    custody_agency_id: str | None = None
    """The authority that now holds the firearm."""
    remark_text: str | None = None
    """Anything else; an office is named, never a person."""
    contact_point: tuple[ContactPoint, ...] = ()
    """The office that the other side reaches about this step; an office, never a person. 0 to 3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HitStatus(Part):
    """How a hit stands after a step, as one side is told of it."""

    hit_id: str
    """The hit."""
    hit_role_code: HitRoleCode
    """The part that the receiver plays."""
    hit_state_code: HitStateCode
    """The state in which the hit is now."""
    hit_step_code: HitStepCode
    """The step that led there."""
    actor_agency_id: str
    """The agency that took the step; the registry for what its clock did."""
    step_timestamp: datetime
    """When the step was taken."""
    record_id: str
    """The record."""
    national_record_id: str | None = None
    """Its key in the own system of the owner; told to the owner alone."""
    owner_agency_id: str
    """The agency that owns the record."""
    finder_agency_id: str
    """The agency that found or searched."""
    grade_code: GradeCode
    """How strongly the two agree."""
    addressee_code: AddresseeCode
    """Whom within the receiving agency this is for."""
    expected_step_code: tuple[HitStepCode, ...] = ()
    """The steps that the receiver may take now. 0 to 13."""
    request_number: int | None = None
    """Which request for confirmation runs, 1 to 3."""
    confirmation_urgency_code: ConfirmationUrgencyCode | None = None
    """How soon the finder needs the answer."""
    answer_due_timestamp: datetime | None = None
    """When the clock of the request runs out."""
    promised_timestamp: datetime | None = None
    """For when the owner has promised its answer."""
    hit_answer_code: HitAnswerCode | None = None
    """The answer of the owner."""
    false_hit_reason_code: FalseHitReasonCode | None = None
    """Why the hit was none."""
    hit_revoke_reason_code: HitRevokeReasonCode | None = None
    """Why the registry has revoked it."""
    seizure_timestamp: datetime | None = None
    """When the firearm was seized."""
    seizure_location: Location | None = None
    """Where it was seized."""
    exhibit_reference: str | None = None
    """The number of the exhibit."""
    custody_agency_id: str | None = None
    """The authority that holds the firearm."""
    disposition_code: DispositionCode | None = None
    """What becomes of the firearm."""
    disposition_date: date | None = None
    """When it does."""
    remark_text: str | None = None
    """Anything else; an office is named, never a person."""
    contact_point: tuple[ContactPoint, ...] = ()
    """The office that the other side reaches about this step; an office, never a person. 0 to 3."""
    office_state_code: OfficeStateCode | None = None
    """Whether the owner's office is at work, while its answer is waited for and its hours are
    known."""
    office_opens_timestamp: datetime | None = None
    """When it opens, where it is not at work."""
    duty_officer: ContactPoint | None = None
    """Who answers for the owner where its office is not at work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HitStatusNotice:
    """Tells the owner or the finder how a hit stands."""

    context: Context
    """Who sends, and what for."""
    hit_status: HitStatus
    """How it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStatus(Part):
    """What became of one item asked."""

    requested_information_code: RequestedInformationCode
    """The item."""
    item_status_code: ItemStatusCode
    """What became of it."""
    restriction_reason_code: tuple[RestrictionReasonCode, ...] = ()
    """Why it is withheld, delayed or refused; mandatory then. 0 to 4."""
    explanation_text: str | None = None
    """More in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMessage(Part):
    """A message as it was sealed then, octet for octet."""

    number: int
    """Its number."""
    envelope_part: tuple[str, ...]
    """The envelope in base64, cut into parts. 1 to 64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRange(Part):
    """Numbers of a pair, the ends included."""

    first_number: int
    """The first."""
    last_number: int
    """The last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMessages:
    """Answers a request for messages that never came."""

    sent_number: int
    """The highest number that I gave a message to you."""
    kept_message: tuple[KeptMessage, ...] = ()
    """What I kept, in its order. 0 to 50."""
    number_range: tuple[NumberRange, ...] = ()
    """Numbers that will never come: they ended in an explicit failure, or I no longer hold them. 0
    to 1000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingItem(Part):
    """One thing that is missing."""

    missing_item_code: MissingItemCode
    """What is missing."""
    question_text: str | None = None
    """The question in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeAbsence(Part):
    """A time in which nobody in an office works, as it announced it."""

    begin_timestamp: datetime
    """Since when."""
    end_timestamp: datetime
    """Until when."""
    will_forward_indicator: bool
    """true: requests that come then are kept and taken up later; false: they are rejected."""
    reason_text: str | None = None
    """Why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeCalendar(Part):
    """When a responder's office is at work. The terms of the case are counted by it from the
    message on that carries it."""

    time_zone_name: str
    """The time zone of its days and hours."""
    opening_span: tuple[str, ...] = ()
    """When it is at work; none: day and night. 0 to 14."""
    rest_day: tuple[str, ...] = ()
    """Days that are no working days of an office without hours; one with hours rests on the days
    that these leave out. 0 to 6."""
    closed_date: tuple[date, ...] = ()
    """Days on which it is closed, such as holidays. 0 to 100."""
    office_absence: tuple[OfficeAbsence, ...] = ()
    """Its announced outages that are not over. 0 to 20."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHoursNotice:
    """Announces the hours of the sender's office; it takes the place of the announcement before."""

    context: Context
    """Who sends, and what for."""
    opening_span: tuple[str, ...] = ()
    """When the office is at work; none: day and night. 0 to 14."""
    time_zone_name: str
    """The time zone of the hours."""
    duty_officer: ContactPoint | None = None
    """Who answers urgent requests when the office is not at work; none: nobody does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorSearch(Part):
    """The search of the registry that found nothing, made before the request."""

    search_id: str
    """The search."""
    search_timestamp: datetime
    """When it was made."""
    search_result_code: SearchResultCode
    """What it found."""
    message_id: str | None = None
    """The registry's signed answer."""
    message_digest: str | None = None
    """SHA-256 of the envelope of that answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptItem(Part):
    """What became of one message."""

    message_id: str
    """The message."""
    outcome_code: ReceiptOutcomeCode
    """What became of it."""
    level_code: ReceiptLevelCode
    """How far it has come."""
    received_timestamp: datetime
    """When it was received first."""
    envelope_digest: str
    """SHA-256 of the octets received, so that the sender sees what was received."""
    fault_code: str | None = None
    """Why it was refused."""
    remark_text: str | None = None
    """Anything else about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Says what became of messages."""

    receipt_item: tuple[ReceiptItem, ...]
    """One item a message. 1 to 1000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBatchItem(Part):
    """One filing of a batch."""

    item_id: str
    """Its name within the batch; no two items share one."""
    firearm_record: FirearmRecord | None = None
    """A record to file."""
    record_update: RecordUpdate | None = None
    """New content of a record."""
    status_change: StatusChange | None = None
    """A change of status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBatch:
    """Many filings in one message."""

    context: Context
    """Who sends, and what for."""
    record_batch_item: tuple[RecordBatchItem, ...]
    """The filings, each independent of the others. 1 to 10000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBatchResult(Part):
    """The result of one item of a batch."""

    item_id: str
    """The name of the item within the batch."""
    record_result: RecordResult
    """What became of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBatchReport:
    """Says what became of every item of a batch."""

    context: Context
    """Who sends, and what for."""
    record_batch_result: tuple[RecordBatchResult, ...]
    """One result an item, in the order of the batch. 1 to 10000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordExtract:
    """Gives one whole record, or says why not."""

    context: Context
    """Who sends, and what for."""
    record_id: str
    """The record."""
    firearm_record: FirearmRecord | None = None
    """The record; absent where it is not given."""
    finding: tuple[Finding, ...] = ()
    """What the registry has to say. 0 to 200."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRead:
    """Asks for one whole record; the context names a case."""

    context: Context
    """Who sends, and what for."""
    record_id: str
    """The record."""
    reason_code: SearchReasonCode
    """The occasion."""
    justification_text: str
    """Why the short form in the answer to a search is not enough; no person is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResendRequest:
    """Asks for messages that never came."""

    number_range: tuple[NumberRange, ...]
    """Numbers of the receiver's messages to the sender. 1 to 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDecision(Part):
    """What is decided about one record."""

    record_id: str
    """The record."""
    base_version: int
    """The version that the owner knows as the newest."""
    review_decision_code: ReviewDecisionCode
    """The decision."""
    review_date: date | None = None
    """The next review; expected with EXTEND, and with nothing else."""
    closure_reason_code: ClosureReasonCode | None = None
    """Why; expected with CLOSE and CANCEL."""
    recovery_date: str | None = None
    """When the firearm was recovered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewConfirm:
    """Extends, closes or cancels records."""

    context: Context
    """Who sends, and what for."""
    review_decision: tuple[ReviewDecision, ...]
    """The decisions, each independent of the others. 1 to 1000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewItem(Part):
    """One record of which the time has come."""

    record_id: str
    """The record."""
    national_record_id: str
    """Its key in the own system of the owner."""
    review_notice_code: ReviewNoticeCode
    """What is said about it."""
    status_code: RecordStatusCode
    """The state in which the record is now."""
    version: int
    """The version that stands."""
    review_date: date
    """When it is to be reviewed."""
    extension_quantity: int
    """How often it has been extended so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDue:
    """Tells an owner which of its records are to be reviewed, or have ended."""

    context: Context
    """Who sends, and what for."""
    review_item: tuple[ReviewItem, ...]
    """The records. 1 to 1000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing(Part):
    """The route of a consignment."""

    origin_country: CountryCode | None = None
    """Where it came from first."""
    departure_country: CountryCode | None = None
    """Where the transport began."""
    transit_country: tuple[CountryCode, ...] = ()
    """Countries that it passed through, in order. 0 to 20."""
    destination_country: CountryCode | None = None
    """Where it was to go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search(Part):
    """One search for a firearm."""

    search_id: str
    """The id of the search."""
    reason_code: SearchReasonCode
    """The occasion."""
    object_in_sight_indicator: bool
    """Whether the firearm is in the hands of the searcher; this decides the urgency."""
    place_of_check_country: CountryCode
    """The country in which the check takes place."""
    firearm: FirearmDescription
    """What is known of the firearm; a serial number or a pattern of it, or make, model and
    calibre."""
    minimum_grade_code: GradeCode | None = None
    """The weakest grade that the searcher wants to see, A to D."""
    store_for_delayed_hit_indicator: bool
    """Whether a record that arrives later may still answer this search."""
    max_results: int | None = None
    """The largest number of candidates wanted, 1 to 20."""
    contact_point: tuple[ContactPoint, ...] = ()
    """The office that the owner reaches when this search is a hit; an office, never a person. 0 to
    3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchBatchItem(Part):
    """One search of a batch."""

    item_id: str
    """Its name within the batch; no two items share one."""
    search: Search
    """The search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchBatch:
    """Many searches in one message."""

    context: Context
    """Who sends, and what for."""
    search_batch_item: tuple[SearchBatchItem, ...]
    """The searches. 1 to 1000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult(Part):
    """The answer to one search."""

    search_id: str
    """The search that is answered."""
    result_code: SearchResultCode
    """The outcome."""
    candidate: tuple[Candidate, ...] = ()
    """Candidates, the strongest first. 0 to 20."""
    weak_count: int | None = None
    """The number of weak candidates (grade E) that are not shown."""
    registry_timestamp: datetime
    """The instant that the answer holds for."""
    finding: tuple[Finding, ...] = ()
    """What the registry has to say about the search. 0 to 200."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchBatchResult(Part):
    """The answer to one item of a batch or to one firearm of a seizure notice."""

    item_id: str
    """The name of the item in the batch or notice."""
    search_result: SearchResult
    """The answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchBatchReport:
    """Answers a batch of searches, or a seizure notice firearm by firearm."""

    context: Context
    """Who sends, and what for."""
    search_batch_result: tuple[SearchBatchResult, ...]
    """One answer an item, in the order of the batch. 1 to 1000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """Searches for one firearm."""

    context: Context
    """Who sends, and what for."""
    search: Search
    """The search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResponse:
    """Answers one search."""

    context: Context
    """Who sends, and what for."""
    search_result: SearchResult
    """The answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeizedFirearm(Part):
    """One firearm of a seizure."""

    item_id: str
    """Its name within the notice; no two firearms share one."""
    firearm: Firearm
    """The firearm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seizure(Part):
    """Firearms that an authority has come by."""

    seizure_id: str
    """The id of the seizure."""
    seizing_agency_id: str
    """The authority."""
    acquisition_mode_code: AcquisitionModeCode
    """How it came by them."""
    seizure_timestamp: datetime
    """When."""
    location: Location
    """Where."""
    location_kind_code: LocationKindCode | None = None
    """The kind of place."""
    context_code: tuple[SeizureContextCode, ...] = ()
    """The case. 0 to 12."""
    seized_firearm: tuple[SeizedFirearm, ...]
    """The firearms. 1 to 1000."""
    consignment: Consignment | None = None
    """The goods that they were part of."""
    transport_mode_code: TransportModeCode | None = None
    """How they were carried."""
    concealment_text: str | None = None
    """How they were concealed."""
    detection_method_code: DetectionMethodCode | None = None
    """How they were detected."""
    routing: Routing | None = None
    """The route."""
    hs_code: tuple[str, ...] = ()
    """Customs codes of the goods. 0 to 20."""
    legal_justification_text: str
    """The law that allows the seizure."""
    custody_agency_id: str | None = None
    """The authority that now holds the firearms."""
    exhibit_reference: str | None = None
    """The number of the exhibit."""
    ballistic_reference: tuple[BallisticReference, ...] = ()
    """Ballistic evidence. 0 to 20."""
    contact_point: tuple[ContactPoint, ...] = ()
    """The office that the owner of a firearm reaches about this seizure; an office, never a person.
    0 to 3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeizureNotice:
    """Tells of seized, found or surrendered firearms."""

    context: Context
    """Who sends, and what for."""
    seizure: Seizure
    """The seizure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatFilter(Part):
    """Only what has one of these values."""

    stat_dimension_code: StatDimensionCode
    """What it is about."""
    value_text: tuple[str, ...]
    """A value, as the tables of the answering party write it. 1 to 50."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatOrigin(Part):
    """From what the counts were made, and what they mean."""

    threshold_quantity: int
    """A cell with fewer is not told, and none can be found out from this and any other answer."""
    cell_dimension_code: tuple[StatDimensionCode, ...] = ()
    """What the cells of the table are told apart by: the counts are sums of cells, each told or
    not. 0 to 4."""
    log_position: int | None = None
    """How far the log of facts was that the answering party counted from. Gateways leave it out: it
    says how many messages there were."""
    log_digest: str
    """The digest of all of that log."""
    counted_timestamp: datetime
    """When it was counted. A cell that was told is told alike ever after."""
    automatic_indicator: bool
    """Whether no person looked at this answer before it was sent."""
    definition_text: str
    """What is counted."""
    caveat_text: str
    """What a reader must know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatQuestion(Part):
    """Which counts are asked for."""

    stat_query_id: str
    """The id of the question."""
    stat_measure_code: StatMeasureCode
    """What is to be counted."""
    stat_period: tuple[str, ...]
    """For which periods. 1 to 40."""
    stat_dimension_code: tuple[StatDimensionCode, ...] = ()
    """What the counts are told apart by; none for the sum of what is told. 0 to 4."""
    stat_filter: tuple[StatFilter, ...] = ()
    """Only a part. 0 to 4."""
    intended_use_text: str | None = None
    """What the counts are for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatQuery:
    """Asks a party for counts over its own data."""

    context: Context
    """Who sends, and what for."""
    stat_question: StatQuestion
    """What is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatRow(Part):
    """One count that may be told."""

    stat_period: str
    """The period."""
    value_text: tuple[str, ...] = ()
    """The value of each dimension asked for, in their order. 0 to 4."""
    count_quantity: int
    """How many: the sum of the cells of the table that are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatReport:
    """Answers a question for counts."""

    context: Context
    """Who sends, and what for."""
    stat_query_id: str
    """The question."""
    stat_answer_code: StatAnswerCode
    """What became of it."""
    stat_refusal_code: StatRefusalCode | None = None
    """Why no counts are given."""
    explanation_text: str | None = None
    """More in words."""
    stat_origin: StatOrigin | None = None
    """From what the counts were made; there where they are."""
    stat_row: tuple[StatRow, ...] = ()
    """The counts, one a combination of values. What is absent is below the threshold or nothing. 0
    to 5000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppliedItem(Part):
    """The answer to one thing that was missing."""

    missing_item_code: MissingItemCode
    """What was missing."""
    answer_text: str | None = None
    """The answer in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceAct(Part):
    """Which case a message belongs to and its place in it. Each side numbers its own acts without
    gaps and says how many of the other side's it has seen: so both sides put all acts into one
    order."""

    trace_id: str
    """The case, the same for both sides."""
    act_number: int
    """This is the sender's how many-th act in the case, from 1."""
    seen_act_number: int
    """How many acts of the other side the sender had taken in; 0 for none."""
    seen_digest: str | None = None
    """SHA-256 of the envelope of the last of them; absent where the number is 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceAck:
    """An office says whether it works on a request (International Tracing Instrument, paragraph
    19)."""

    context: Context
    """Who sends, and what for."""
    trace_act: TraceAct
    """Which case this belongs to, and its place in it."""
    trace_ack_code: TraceAckCode
    """Accepted or rejected."""
    trace_rejection_code: TraceRejectionCode | None = None
    """Why it is rejected; mandatory then."""
    explanation_text: str | None = None
    """The reason in words."""
    handler_reference: str | None = None
    """The responder's number of the case."""
    expected_answer_date: date | None = None
    """When an answer can be expected."""
    better_country: CountryCode | None = None
    """The country to ask instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceDocument:
    """The number of a document that proves a link."""

    value: str
    """The number of a document that proves a link."""
    kind: TraceDocumentKindCode
    """The kind of document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceLink(Part):
    """One link of the line of supply: who had the firearm, where, from when to when."""

    sequence_number: int
    """Its place among the links of this answer, the oldest first."""
    trace_role_code: TraceRoleCode
    """What it did with the firearm."""
    country: CountryCode
    """The country."""
    party_name: str | None = None
    """The company, authority or person."""
    from_date: str | None = None
    """From when."""
    to_date: str | None = None
    """Until when."""
    next_country: CountryCode | None = None
    """The country that it went to, where it left this one."""
    trace_document: tuple[TraceDocument, ...] = ()
    """What proves it. 0 to 10."""
    legality_code: LegalityCode
    """Whether it was lawful."""
    diversion_indicator: bool | None = None
    """Whether the firearm was diverted from lawful hands here."""
    remark_text: str | None = None
    """Anything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceAnswer(Part):
    """What the responder has to say."""

    response_kind_code: ResponseKindCode
    """Whether more follows."""
    trace_outcome_code: tuple[TraceOutcomeCode, ...]
    """What the trace led to, the main outcome first. 1 to 5."""
    item_status: tuple[ItemStatus, ...]
    """What became of every item asked. 1 to 8."""
    trace_link: tuple[TraceLink, ...] = ()
    """The links that are known. 0 to 50."""
    next_country: CountryCode | None = None
    """The country to ask next."""
    use_condition_text: str | None = None
    """Conditions for the use of the answer."""
    explanation_text: str | None = None
    """The answer in words."""
    automatic_indicator: bool | None = None
    """Whether a register answered without a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceAttachment:
    """An image or document that belongs to the case, in a message of its own."""

    context: Context
    """Who sends, and what for."""
    trace_act: TraceAct
    """Which case this belongs to, and its place in it."""
    file_name: str
    """Name of the file."""
    media_type: str
    """What kind of file it is."""
    size_quantity: int
    """Octets of the content."""
    content_digest: str
    """SHA-256 of the content."""
    view_code: ImageViewCode | None = None
    """What an image shows."""
    description_text: str | None = None
    """What it is."""
    content_part: tuple[str, ...]
    """The content in base64, cut into parts. 1 to 64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceCancel:
    """The requester takes a request back."""

    context: Context
    """Who sends, and what for."""
    trace_act: TraceAct
    """Which case this belongs to, and its place in it."""
    trace_cancel_code: TraceCancelCode
    """Why."""
    explanation_text: str | None = None
    """The reason in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceClarification:
    """The requester asks for clarification of an answer (International Tracing Instrument,
    paragraph 23)."""

    context: Context
    """Who sends, and what for."""
    trace_act: TraceAct
    """Which case this belongs to, and its place in it."""
    question_text: str
    """The question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceClose:
    """The requester ends the case and records what it led to."""

    context: Context
    """Who sends, and what for."""
    trace_act: TraceAct
    """Which case this belongs to, and its place in it."""
    trace_outcome_code: TraceOutcomeCode
    """What the trace led to."""
    close_text: str | None = None
    """More in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceComment:
    """A remark that leaves the state as it is."""

    context: Context
    """Who sends, and what for."""
    trace_act: TraceAct
    """Which case this belongs to, and its place in it."""
    comment_text: str
    """The remark."""
    office_calendar: OfficeCalendar | None = None
    """The responder's, where the remark is that its hours or outages changed: terms are counted by
    it from here on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceCorrection:
    """One side corrects what it said: the requester its request, the responder its answer."""

    context: Context
    """Who sends, and what for."""
    trace_act: TraceAct
    """Which case this belongs to, and its place in it."""
    correction_text: str
    """What was wrong."""
    firearm: Firearm | None = None
    """The firearm as the requester describes it now."""
    circumstance_text: str | None = None
    """The circumstances as the requester describes them now."""
    trace_answer: TraceAnswer | None = None
    """The responder's answer as it is now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceForward:
    """The responder tells the requester that it passes the request on, with the requester's prior
    consent."""

    context: Context
    """Who sends, and what for."""
    trace_act: TraceAct
    """Which case this belongs to, and its place in it."""
    forward_trace_id: str
    """The new case between the requester and the next country."""
    to_country: CountryCode
    """The next country."""
    to_agency_id: str
    """Its office."""
    address_reason_code: AddressReasonCode
    """Why it is asked."""
    reason_text: str | None = None
    """The reason in words."""
    trace_link: tuple[TraceLink, ...] = ()
    """The links up to there. 0 to 50."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceIllicitNature(Part):
    """Why the firearm is illicit and how it was found (International Tracing Instrument, paragraph
    17 a)."""

    illicit_basis_code: tuple[IllicitBasisCode, ...]
    """The grounds. 1 to 6."""
    legal_justification_text: str
    """The law under which it is illicit."""
    circumstance_text: str
    """How it was found."""
    recovery_date: str
    """When it was found."""
    recovery_country: CountryCode
    """The country where it was found."""
    recovery_location: Location | None = None
    """The place where it was found."""
    acquisition_mode_code: AcquisitionModeCode | None = None
    """How the authority came by it."""
    context_code: tuple[SeizureContextCode, ...] = ()
    """The case in which it was found. 0 to 12."""
    seizure_id: str | None = None
    """The seizure, where it was notified."""
    exhibit_reference: str | None = None
    """The number of the exhibit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceInfo:
    """The requester supplies what was missing; the responder's clock runs again."""

    context: Context
    """Who sends, and what for."""
    trace_act: TraceAct
    """Which case this belongs to, and its place in it."""
    supplied_item: tuple[SuppliedItem, ...]
    """What is supplied, item by item. 1 to 20."""
    firearm: Firearm | None = None
    """The firearm as it is described now."""
    forward_consent_code: ForwardConsentCode | None = None
    """Whether the request may be passed on, as decided now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceInfoRequest:
    """The responder asks for what is missing; its clock stops until the answer."""

    context: Context
    """Who sends, and what for."""
    trace_act: TraceAct
    """Which case this belongs to, and its place in it."""
    missing_item: tuple[MissingItem, ...]
    """What is missing. 1 to 20."""
    respond_by_date: date | None = None
    """The day by which it is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceIntendedUse(Part):
    """What the information will be used for (International Tracing Instrument, paragraph 17 c)."""

    intended_use_code: tuple[IntendedUseCode, ...]
    """The uses. 1 to 6."""
    use_text: str | None = None
    """More about the use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceIntroduction:
    """A responder tells the next country of a request that it passes on to it; the requester's own
    signed request follows."""

    context: Context
    """Who sends, and what for."""
    trace_id: str
    """The new case between the requester and the next country."""
    chain_id: str
    """The chain of requests about this firearm."""
    parent_trace_id: str
    """The request that is passed on."""
    requester_agency_id: str
    """Who asks."""
    address_reason_code: AddressReasonCode
    """Why the next country is asked."""
    reason_text: str | None = None
    """The reason in words."""
    firearm: Firearm
    """The firearm."""
    trace_link: tuple[TraceLink, ...] = ()
    """The links up to there. 0 to 50."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceNoAnswer:
    """The requester states, signed, that a term and all its reminders passed without an answer."""

    context: Context
    """Who sends, and what for."""
    trace_act: TraceAct
    """Which case this belongs to, and its place in it."""
    trace_deadline_code: TraceDeadlineCode
    """The term."""
    due_timestamp: datetime
    """When it passed."""
    stated_timestamp: datetime
    """Until when nothing had come."""
    reminder_quantity: int
    """How many reminders were sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TracePossessor(Part):
    """A person in whose possession the firearm was; only what the responder needs."""

    full_name: str
    """Name."""
    birth_date: str | None = None
    """Date of birth."""
    nationality: CountryCode | None = None
    """Nationality."""
    identity_document_reference: str | None = None
    """Number of an identity document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceQuestion(Part):
    """What one country asks of another about one firearm."""

    chain_id: str
    """The chain of requests about this firearm."""
    parent_trace_id: str | None = None
    """The earlier request that led to this one."""
    forwarded_by_agency_id: str | None = None
    """Who passed the earlier request on, with the requester's prior consent."""
    responder_country: CountryCode
    """The country that is asked."""
    address_reason_code: AddressReasonCode
    """Why it is asked."""
    address_reason_text: str | None = None
    """The reason in words."""
    trace_priority_code: TracePriorityCode
    """How soon an answer is needed."""
    trace_illicit_nature: TraceIllicitNature
    """Why the firearm is illicit and how it was found."""
    firearm: Firearm
    """Its markings, type, calibre and all else that is known of it."""
    trace_intended_use: TraceIntendedUse
    """What the information will be used for."""
    requested_information_code: tuple[RequestedInformationCode, ...]
    """What is asked. 1 to 8."""
    prior_search: PriorSearch | None = None
    """The search of the registry that found nothing."""
    forward_consent_code: ForwardConsentCode
    """Whether the request may be passed on."""
    respond_by_date: date | None = None
    """The day by which the answer is needed."""
    trace_possessor: tuple[TracePossessor, ...] = ()
    """Persons in whose possession it was. 0 to 5."""
    finding: tuple[Finding, ...] = ()
    """What the requester's gateway warned of before it was sent. 0 to 20."""
    contact_point: tuple[ContactPoint, ...]
    """The office that asks. 1 to 3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceReceived:
    """The other side's system has taken in a request or an answer, and says whether its office is
    at work and by when it will act."""

    context: Context
    """Who sends, and what for."""
    trace_act: TraceAct
    """Which case this belongs to, and its place in it."""
    received_act_number: int
    """The act that was taken in."""
    received_timestamp: datetime
    """When."""
    office_state_code: OfficeStateCode
    """Whether the office is at work."""
    office_opens_timestamp: datetime | None = None
    """When it opens again, where it is not."""
    acknowledge_by_timestamp: datetime | None = None
    """By when it will say whether it works on it."""
    answer_by_timestamp: datetime | None = None
    """By when it will answer."""
    note_text: str | None = None
    """What the office announces."""
    office_calendar: OfficeCalendar | None = None
    """When the office is at work: what both times by which it acts were counted by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceReminder:
    """The requester reminds of a term that has passed."""

    context: Context
    """Who sends, and what for."""
    trace_act: TraceAct
    """Which case this belongs to, and its place in it."""
    trace_deadline_code: TraceDeadlineCode
    """The term."""
    due_timestamp: datetime
    """When it passed."""
    reminder_number: int
    """Which reminder of this term this is."""
    escalated_indicator: bool
    """Whether it is addressed to the head of the office."""
    reminder_text: str | None = None
    """More in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceReopen:
    """One side takes a closed case up again, for new facts."""

    context: Context
    """Who sends, and what for."""
    trace_act: TraceAct
    """Which case this belongs to, and its place in it."""
    reason_text: str
    """The new facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceTerms(Part):
    """How long the responder may take, as the requester asks; both sides count by it."""

    acknowledge_seconds_quantity: int
    """Until it says whether it works on the request: seconds of working days, 86400 a day."""
    answer_seconds_quantity: int
    """Until it gives a first substantive answer: seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceRequest:
    """Asks a country where a firearm came from."""

    context: Context
    """Who sends, and what for."""
    trace_act: TraceAct
    """Which case this belongs to, and its place in it."""
    trace_question: TraceQuestion
    """The question."""
    trace_terms: TraceTerms | None = None
    """By when an answer is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceResponse:
    """An answer, interim or final."""

    context: Context
    """Who sends, and what for."""
    trace_act: TraceAct
    """Which case this belongs to, and its place in it."""
    trace_answer: TraceAnswer
    """The answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceStatus:
    """The responder says how far it is."""

    context: Context
    """Who sends, and what for."""
    trace_act: TraceAct
    """Which case this belongs to, and its place in it."""
    inquiry_status_code: InquiryStatusCode
    """How far it is."""
    expected_answer_date: date | None = None
    """When an answer can be expected."""
    status_text: str | None = None
    """More in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustDocuments:
    """Hands on documents of trust, which prove themselves, or asks for newer ones."""

    root_version: int
    """The newest root that the sender followed."""
    directory_version: int
    """The newest directory that the sender accepted."""
    beacon_number: int
    """The newest beacon that the sender accepted; 0 for none."""
    state_digest: str
    """SHA-256 over the digests of root, directory and revocations, these sorted."""
    wanted_indicator: bool
    """Whether the sender asks for what the receiver has newer."""
    key_log_checkpoint: tuple[str, ...] = ()
    """The newest signed checkpoint of the key log that the sender accepted; a second one is what
    the hub signed and contradicts it. 0 to 2."""
    bundle_part: tuple[str, ...] = ()
    """A bundle of documents in base64, cut into parts. 0 to 64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WideSearchRequest:
    """Searches for one firearm, two slips in its serial forgiven. It takes longer than a search."""

    context: Context
    """Who asks, on whose behalf and what for."""
    search: Search
    """What is asked for: with the make, or with calibre and type."""


MESSAGE_TYPES: dict[type, MessageTypeCode] = {
    Availability: MessageTypeCode.AVAILABILITY,
    DeliveryStatement: MessageTypeCode.DELIVERY_STATEMENT,
    DirectoryAck: MessageTypeCode.DIRECTORY_ACK,
    DispositionNotice: MessageTypeCode.DISPOSITION_NOTICE,
    Fault: MessageTypeCode.FAULT,
    FirearmRecordResult: MessageTypeCode.REC_RESULT,
    FirearmRecordStatusChange: MessageTypeCode.REC_STATUS,
    FirearmRecordSubmit: MessageTypeCode.REC_SUBMIT,
    FirearmRecordUpdate: MessageTypeCode.REC_UPDATE,
    HitClose: MessageTypeCode.HIT_CLOSE,
    HitConfirmRequest: MessageTypeCode.HIT_CONFIRM_REQUEST,
    HitConfirmResponse: MessageTypeCode.HIT_CONFIRM_RESPONSE,
    HitNotice: MessageTypeCode.HIT_NOTICE,
    HitReceipt: MessageTypeCode.HIT_RECEIPT,
    HitRevoke: MessageTypeCode.HIT_REVOKE,
    HitSeizure: MessageTypeCode.HIT_SEIZURE,
    HitStatusNotice: MessageTypeCode.HIT_STATUS,
    KeptMessages: MessageTypeCode.KEPT_MESSAGES,
    OfficeHoursNotice: MessageTypeCode.OFFICE_HOURS,
    Receipt: MessageTypeCode.RECEIPT,
    RecordBatch: MessageTypeCode.REC_BATCH,
    RecordBatchReport: MessageTypeCode.REC_BATCH_REPORT,
    RecordExtract: MessageTypeCode.REC_EXTRACT,
    RecordRead: MessageTypeCode.REC_READ,
    ResendRequest: MessageTypeCode.RESEND_REQUEST,
    ReviewConfirm: MessageTypeCode.REVIEW_CONFIRM,
    ReviewDue: MessageTypeCode.REVIEW_DUE,
    SearchBatch: MessageTypeCode.SEARCH_BATCH,
    SearchBatchReport: MessageTypeCode.SEARCH_BATCH_REPORT,
    SearchRequest: MessageTypeCode.SEARCH_REQUEST,
    SearchResponse: MessageTypeCode.SEARCH_RESPONSE,
    SeizureNotice: MessageTypeCode.SEIZURE_NOTICE,
    StatQuery: MessageTypeCode.STAT_QUERY,
    StatReport: MessageTypeCode.STAT_REPORT,
    TraceAck: MessageTypeCode.TRACE_ACK,
    TraceAttachment: MessageTypeCode.TRACE_ATTACHMENT,
    TraceCancel: MessageTypeCode.TRACE_CANCEL,
    TraceClarification: MessageTypeCode.TRACE_CLARIFICATION,
    TraceClose: MessageTypeCode.TRACE_CLOSE,
    TraceComment: MessageTypeCode.TRACE_COMMENT,
    TraceCorrection: MessageTypeCode.TRACE_CORRECTION,
    TraceForward: MessageTypeCode.TRACE_FORWARD,
    TraceInfo: MessageTypeCode.TRACE_INFO,
    TraceInfoRequest: MessageTypeCode.TRACE_INFO_REQUEST,
    TraceIntroduction: MessageTypeCode.TRACE_INTRODUCTION,
    TraceNoAnswer: MessageTypeCode.TRACE_NO_ANSWER,
    TraceReceived: MessageTypeCode.TRACE_RECEIVED,
    TraceReminder: MessageTypeCode.TRACE_REMINDER,
    TraceReopen: MessageTypeCode.TRACE_REOPEN,
    TraceRequest: MessageTypeCode.TRACE_REQUEST,
    TraceResponse: MessageTypeCode.TRACE_RESPONSE,
    TraceStatus: MessageTypeCode.TRACE_STATUS,
    TrustDocuments: MessageTypeCode.TRUST_DOCUMENTS,
    WideSearchRequest: MessageTypeCode.SEARCH_WIDE,
}

Payload = (
    Availability
    | DeliveryStatement
    | DirectoryAck
    | DispositionNotice
    | Fault
    | FirearmRecordResult
    | FirearmRecordStatusChange
    | FirearmRecordSubmit
    | FirearmRecordUpdate
    | HitClose
    | HitConfirmRequest
    | HitConfirmResponse
    | HitNotice
    | HitReceipt
    | HitRevoke
    | HitSeizure
    | HitStatusNotice
    | KeptMessages
    | OfficeHoursNotice
    | Receipt
    | RecordBatch
    | RecordBatchReport
    | RecordExtract
    | RecordRead
    | ResendRequest
    | ReviewConfirm
    | ReviewDue
    | SearchBatch
    | SearchBatchReport
    | SearchRequest
    | SearchResponse
    | SeizureNotice
    | StatQuery
    | StatReport
    | TraceAck
    | TraceAttachment
    | TraceCancel
    | TraceClarification
    | TraceClose
    | TraceComment
    | TraceCorrection
    | TraceForward
    | TraceInfo
    | TraceInfoRequest
    | TraceIntroduction
    | TraceNoAnswer
    | TraceReceived
    | TraceReminder
    | TraceReopen
    | TraceRequest
    | TraceResponse
    | TraceStatus
    | TrustDocuments
    | WideSearchRequest
)


__all__ = [
    "AccessModeCode",
    "AccessRestriction",
    "AcquisitionModeCode",
    "ActionCode",
    "ActionRequestedCode",
    "AddressReasonCode",
    "AddresseeCode",
    "Availability",
    "BallisticReference",
    "BallisticSystemCode",
    "Calibre",
    "Candidate",
    "CautionCode",
    "ClosureReasonCode",
    "Component",
    "ComponentCode",
    "ConfirmationUrgencyCode",
    "Consignment",
    "ContactPoint",
    "Context",
    "CountryCode",
    "DeliveryStatement",
    "DetectionMethodCode",
    "DirectoryAck",
    "DispositionCode",
    "DispositionNotice",
    "FalseHitReasonCode",
    "Fault",
    "Finding",
    "FinishCode",
    "Firearm",
    "FirearmDescription",
    "FirearmRecord",
    "FirearmRecordResult",
    "FirearmRecordStatusChange",
    "FirearmRecordSubmit",
    "FirearmRecordUpdate",
    "FirearmTypeCode",
    "ForwardConsentCode",
    "GradeCode",
    "HandlingCode",
    "Hit",
    "HitAnswerCode",
    "HitClose",
    "HitConfirmRequest",
    "HitConfirmResponse",
    "HitNotice",
    "HitOriginCode",
    "HitReceipt",
    "HitRevoke",
    "HitRevokeReasonCode",
    "HitRoleCode",
    "HitSeizure",
    "HitStateCode",
    "HitStatus",
    "HitStatusNotice",
    "HitStepCode",
    "IdentificationConfidenceCode",
    "IllicitBasisCode",
    "Image",
    "ImageViewCode",
    "Import",
    "InquiryStatusCode",
    "IntendedUseCode",
    "ItemStatus",
    "ItemStatusCode",
    "KeptMessage",
    "KeptMessages",
    "LegalCategory",
    "LegalCategorySchemeCode",
    "LegalityCode",
    "LegibilityCode",
    "Location",
    "LocationKindCode",
    "MESSAGE_TYPES",
    "Make",
    "MakeCode",
    "MakeSchemeCode",
    "ManufactureKindCode",
    "Marking",
    "MarkingKindCode",
    "MarkingLocationCode",
    "MarkingMethodCode",
    "MatchOutcomeCode",
    "MatchReason",
    "MessageTypeCode",
    "MissingItem",
    "MissingItemCode",
    "NumberRange",
    "OfficeAbsence",
    "OfficeCalendar",
    "OfficeHoursNotice",
    "OfficeStateCode",
    "OwnerCategoryCode",
    "Part",
    "Payload",
    "PriorSearch",
    "PurposeCode",
    "Receipt",
    "ReceiptItem",
    "ReceiptLevelCode",
    "ReceiptOutcomeCode",
    "RecordBatch",
    "RecordBatchItem",
    "RecordBatchReport",
    "RecordBatchResult",
    "RecordExtract",
    "RecordRead",
    "RecordResult",
    "RecordResultCode",
    "RecordStatusCode",
    "RecordTypeCode",
    "RecordUpdate",
    "ReferenceTableCode",
    "ReferenceTableId",
    "RequestedInformationCode",
    "ResendRequest",
    "ResponseKindCode",
    "RestrictionReasonCode",
    "ReviewConfirm",
    "ReviewDecision",
    "ReviewDecisionCode",
    "ReviewDue",
    "ReviewItem",
    "ReviewNoticeCode",
    "Routing",
    "Search",
    "SearchBatch",
    "SearchBatchItem",
    "SearchBatchReport",
    "SearchBatchResult",
    "SearchReasonCode",
    "SearchRequest",
    "SearchResponse",
    "SearchResult",
    "SearchResultCode",
    "SeizedFirearm",
    "Seizure",
    "SeizureContextCode",
    "SeizureNotice",
    "SerialStatusCode",
    "SeverityCode",
    "StatAnswerCode",
    "StatDimensionCode",
    "StatFilter",
    "StatMeasureCode",
    "StatOrigin",
    "StatQuery",
    "StatQuestion",
    "StatRefusalCode",
    "StatReport",
    "StatRow",
    "StatusChange",
    "SuppliedItem",
    "TraceAck",
    "TraceAckCode",
    "TraceAct",
    "TraceAnswer",
    "TraceAttachment",
    "TraceCancel",
    "TraceCancelCode",
    "TraceClarification",
    "TraceClose",
    "TraceComment",
    "TraceCorrection",
    "TraceDeadlineCode",
    "TraceDocument",
    "TraceDocumentKindCode",
    "TraceForward",
    "TraceIllicitNature",
    "TraceInfo",
    "TraceInfoRequest",
    "TraceIntendedUse",
    "TraceIntroduction",
    "TraceLink",
    "TraceNoAnswer",
    "TraceOutcomeCode",
    "TracePossessor",
    "TracePriorityCode",
    "TraceQuestion",
    "TraceReceived",
    "TraceRejectionCode",
    "TraceReminder",
    "TraceReopen",
    "TraceRequest",
    "TraceResponse",
    "TraceRoleCode",
    "TraceStatus",
    "TraceTerms",
    "TransliteratedText",
    "TransliterationSystemCode",
    "TransportModeCode",
    "TrustDocuments",
    "WideSearchRequest",
    "YearBasisCode",
    "YearOfManufacture",
]
