"""Readers of the standard. GENERATED from schemas/xsd: change those, not this file.

They read trees that the XSD has accepted, and refuse only what it cannot: elements without
content.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from gateway.payload.generated_types import (
    AccessModeCode,
    AccessRestriction,
    AcquisitionModeCode,
    ActionCode,
    ActionRequestedCode,
    BallisticReference,
    BallisticSystemCode,
    Calibre,
    Candidate,
    CautionCode,
    ClosureReasonCode,
    Component,
    ComponentCode,
    Consignment,
    ContactPoint,
    Context,
    CountryCode,
    DetectionMethodCode,
    Fault,
    Finding,
    FinishCode,
    Firearm,
    FirearmDescription,
    FirearmRecord,
    FirearmRecordResult,
    FirearmRecordStatusChange,
    FirearmRecordSubmit,
    FirearmRecordUpdate,
    FirearmTypeCode,
    GradeCode,
    HandlingCode,
    Hit,
    HitNotice,
    HitOriginCode,
    HitReceipt,
    HitRoleCode,
    IdentificationConfidenceCode,
    IllicitBasisCode,
    Image,
    ImageViewCode,
    Import,
    LegalCategory,
    LegalCategorySchemeCode,
    LegibilityCode,
    Location,
    LocationKindCode,
    Make,
    MakeCode,
    MakeSchemeCode,
    ManufactureKindCode,
    Marking,
    MarkingKindCode,
    MarkingLocationCode,
    MarkingMethodCode,
    MatchOutcomeCode,
    MatchReason,
    MessageTypeCode,
    OwnerCategoryCode,
    Payload,
    PurposeCode,
    Receipt,
    ReceiptItem,
    ReceiptLevelCode,
    ReceiptOutcomeCode,
    RecordBatch,
    RecordBatchItem,
    RecordBatchReport,
    RecordBatchResult,
    RecordResult,
    RecordResultCode,
    RecordStatusCode,
    RecordTypeCode,
    RecordUpdate,
    ReferenceTableCode,
    ReferenceTableId,
    Routing,
    Search,
    SearchBatch,
    SearchBatchItem,
    SearchBatchReport,
    SearchBatchResult,
    SearchReasonCode,
    SearchRequest,
    SearchResponse,
    SearchResult,
    SearchResultCode,
    SeizedFirearm,
    Seizure,
    SeizureContextCode,
    SeizureNotice,
    SerialStatusCode,
    SeverityCode,
    StatusChange,
    TransliteratedText,
    TransliterationSystemCode,
    TransportModeCode,
    YearBasisCode,
    YearOfManufacture,
)


class EmptyElementError(ValueError):
    """An element has no content; what is not known is left out."""

    def __init__(self, element: Any) -> None:
        super().__init__(element.tag)
        self.element = element


class _End:
    """Stands behind the last child, so that no reader asks whether there is one."""

    tag: Final = ""
    text: Final = ""


_END: Any = _End()
_read_timestamp = datetime.fromisoformat
_read_date = date.fromisoformat
_AccessModeCode_OF: dict[str, AccessModeCode] = {code.value: code for code in AccessModeCode}
_AcquisitionModeCode_OF: dict[str, AcquisitionModeCode] = {code.value: code for code in AcquisitionModeCode}
_ActionCode_OF: dict[str, ActionCode] = {code.value: code for code in ActionCode}
_ActionRequestedCode_OF: dict[str, ActionRequestedCode] = {code.value: code for code in ActionRequestedCode}
_BallisticSystemCode_OF: dict[str, BallisticSystemCode] = {code.value: code for code in BallisticSystemCode}
_CautionCode_OF: dict[str, CautionCode] = {code.value: code for code in CautionCode}
_ClosureReasonCode_OF: dict[str, ClosureReasonCode] = {code.value: code for code in ClosureReasonCode}
_ComponentCode_OF: dict[str, ComponentCode] = {code.value: code for code in ComponentCode}
_CountryCode_OF: dict[str, CountryCode] = {code.value: code for code in CountryCode}
_DetectionMethodCode_OF: dict[str, DetectionMethodCode] = {code.value: code for code in DetectionMethodCode}
_FinishCode_OF: dict[str, FinishCode] = {code.value: code for code in FinishCode}
_FirearmTypeCode_OF: dict[str, FirearmTypeCode] = {code.value: code for code in FirearmTypeCode}
_GradeCode_OF: dict[str, GradeCode] = {code.value: code for code in GradeCode}
_HandlingCode_OF: dict[str, HandlingCode] = {code.value: code for code in HandlingCode}
_HitOriginCode_OF: dict[str, HitOriginCode] = {code.value: code for code in HitOriginCode}
_HitRoleCode_OF: dict[str, HitRoleCode] = {code.value: code for code in HitRoleCode}
_IdentificationConfidenceCode_OF: dict[str, IdentificationConfidenceCode] = {code.value: code for code in IdentificationConfidenceCode}
_IllicitBasisCode_OF: dict[str, IllicitBasisCode] = {code.value: code for code in IllicitBasisCode}
_ImageViewCode_OF: dict[str, ImageViewCode] = {code.value: code for code in ImageViewCode}
_LegalCategorySchemeCode_OF: dict[str, LegalCategorySchemeCode] = {code.value: code for code in LegalCategorySchemeCode}
_LegibilityCode_OF: dict[str, LegibilityCode] = {code.value: code for code in LegibilityCode}
_LocationKindCode_OF: dict[str, LocationKindCode] = {code.value: code for code in LocationKindCode}
_MakeSchemeCode_OF: dict[str, MakeSchemeCode] = {code.value: code for code in MakeSchemeCode}
_ManufactureKindCode_OF: dict[str, ManufactureKindCode] = {code.value: code for code in ManufactureKindCode}
_MarkingKindCode_OF: dict[str, MarkingKindCode] = {code.value: code for code in MarkingKindCode}
_MarkingLocationCode_OF: dict[str, MarkingLocationCode] = {code.value: code for code in MarkingLocationCode}
_MarkingMethodCode_OF: dict[str, MarkingMethodCode] = {code.value: code for code in MarkingMethodCode}
_MatchOutcomeCode_OF: dict[str, MatchOutcomeCode] = {code.value: code for code in MatchOutcomeCode}
_MessageTypeCode_OF: dict[str, MessageTypeCode] = {code.value: code for code in MessageTypeCode}
_OwnerCategoryCode_OF: dict[str, OwnerCategoryCode] = {code.value: code for code in OwnerCategoryCode}
_PurposeCode_OF: dict[str, PurposeCode] = {code.value: code for code in PurposeCode}
_ReceiptLevelCode_OF: dict[str, ReceiptLevelCode] = {code.value: code for code in ReceiptLevelCode}
_ReceiptOutcomeCode_OF: dict[str, ReceiptOutcomeCode] = {code.value: code for code in ReceiptOutcomeCode}
_RecordResultCode_OF: dict[str, RecordResultCode] = {code.value: code for code in RecordResultCode}
_RecordStatusCode_OF: dict[str, RecordStatusCode] = {code.value: code for code in RecordStatusCode}
_RecordTypeCode_OF: dict[str, RecordTypeCode] = {code.value: code for code in RecordTypeCode}
_ReferenceTableCode_OF: dict[str, ReferenceTableCode] = {code.value: code for code in ReferenceTableCode}
_SearchReasonCode_OF: dict[str, SearchReasonCode] = {code.value: code for code in SearchReasonCode}
_SearchResultCode_OF: dict[str, SearchResultCode] = {code.value: code for code in SearchResultCode}
_SeizureContextCode_OF: dict[str, SeizureContextCode] = {code.value: code for code in SeizureContextCode}
_SerialStatusCode_OF: dict[str, SerialStatusCode] = {code.value: code for code in SerialStatusCode}
_SeverityCode_OF: dict[str, SeverityCode] = {code.value: code for code in SeverityCode}
_TransliterationSystemCode_OF: dict[str, TransliterationSystemCode] = {code.value: code for code in TransliterationSystemCode}
_TransportModeCode_OF: dict[str, TransportModeCode] = {code.value: code for code in TransportModeCode}
_YearBasisCode_OF: dict[str, YearBasisCode] = {code.value: code for code in YearBasisCode}


def _read_AccessRestriction(e: Any) -> AccessRestriction:
    it = iter(e)
    n = next(it, _END)
    t = n.tag
    country_code = None
    if t == "{urn:iarms:exchange:payload:1}CountryCode":
        country_code = _CountryCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    agency_id = None
    if t == "{urn:iarms:exchange:payload:1}AgencyId":
        agency_id = n.text
        n = next(it, _END)
        t = n.tag
    access_mode_code = _AccessModeCode_OF[n.text]
    return AccessRestriction(
        country_code=country_code,
        agency_id=agency_id,
        access_mode_code=access_mode_code,
    )


def _read_BallisticReference(e: Any) -> BallisticReference:
    return BallisticReference(
        value=e.text,
        system=_BallisticSystemCode_OF[e.get("system")],
    )


def _read_Calibre(e: Any) -> Calibre:
    it = iter(e)
    n = next(it, _END)
    t = n.tag
    calibre_code = None
    if t == "{urn:iarms:exchange:payload:1}CalibreCode":
        calibre_code = n.text
        n = next(it, _END)
        t = n.tag
    calibre_text = n.text
    n = next(it, _END)
    t = n.tag
    barrel_number = None
    if t == "{urn:iarms:exchange:payload:1}BarrelNumber":
        barrel_number = int(n.text)
        n = next(it, _END)
        t = n.tag
    return Calibre(
        calibre_code=calibre_code,
        calibre_text=calibre_text,
        barrel_number=barrel_number,
    )


def _read_MatchReason(e: Any) -> MatchReason:
    it = iter(e)
    n = next(it, _END)
    reason_code = n.text
    n = next(it, _END)
    outcome_code = _MatchOutcomeCode_OF[n.text]
    n = next(it, _END)
    t = n.tag
    field_path = None
    if t == "{urn:iarms:exchange:payload:1}FieldPath":
        field_path = n.text
        n = next(it, _END)
        t = n.tag
    message_text = n.text
    return MatchReason(
        reason_code=reason_code,
        outcome_code=outcome_code,
        field_path=field_path,
        message_text=message_text,
    )


def _read_MakeCode(e: Any) -> MakeCode:
    return MakeCode(
        value=e.text,
        scheme=_MakeSchemeCode_OF[e.get("scheme")],
    )


def _read_Make(e: Any) -> Make:
    it = iter(e)
    n = next(it, _END)
    t = n.tag
    make_code = None
    if t == "{urn:iarms:exchange:payload:1}MakeCode":
        make_code = _read_MakeCode(n)
        n = next(it, _END)
        t = n.tag
    make_text = n.text
    return Make(
        make_code=make_code,
        make_text=make_text,
    )


def _read_TransliteratedText(e: Any) -> TransliteratedText:
    return TransliteratedText(
        value=e.text,
        system=_TransliterationSystemCode_OF[e.get("system")],
    )


def _read_Marking(e: Any) -> Marking:
    it = iter(e)
    n = next(it, _END)
    kind_code = _MarkingKindCode_OF[n.text]
    n = next(it, _END)
    t = n.tag
    location_code = None
    if t == "{urn:iarms:exchange:payload:1}LocationCode":
        location_code = _MarkingLocationCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    method_code = None
    if t == "{urn:iarms:exchange:payload:1}MethodCode":
        method_code = _MarkingMethodCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    legibility_code = _LegibilityCode_OF[n.text]
    n = next(it, _END)
    t = n.tag
    text_as_marked = None
    if t == "{urn:iarms:exchange:payload:1}TextAsMarked":
        text_as_marked = n.text
        n = next(it, _END)
        t = n.tag
    script_code = None
    if t == "{urn:iarms:exchange:payload:1}ScriptCode":
        script_code = n.text
        n = next(it, _END)
        t = n.tag
    text_pattern = None
    if t == "{urn:iarms:exchange:payload:1}TextPattern":
        text_pattern = n.text
        n = next(it, _END)
        t = n.tag
    transliterated_text: Any = ()
    if t == "{urn:iarms:exchange:payload:1}TransliteratedText":
        transliterated_text = []
        while t == "{urn:iarms:exchange:payload:1}TransliteratedText":
            transliterated_text.append(_read_TransliteratedText(n))
            n = next(it, _END)
            t = n.tag
    symbol_description_text = None
    if t == "{urn:iarms:exchange:payload:1}SymbolDescriptionText":
        symbol_description_text = n.text
        n = next(it, _END)
        t = n.tag
    primary_indicator = None
    if t == "{urn:iarms:exchange:payload:1}PrimaryIndicator":
        primary_indicator = n.text == "true"
        n = next(it, _END)
        t = n.tag
    image_ref: Any = ()
    if t == "{urn:iarms:exchange:payload:1}ImageRef":
        image_ref = []
        while t == "{urn:iarms:exchange:payload:1}ImageRef":
            image_ref.append(n.text)
            n = next(it, _END)
            t = n.tag
    remark_text = None
    if t == "{urn:iarms:exchange:payload:1}RemarkText":
        remark_text = n.text
        n = next(it, _END)
        t = n.tag
    return Marking(
        kind_code=kind_code,
        location_code=location_code,
        method_code=method_code,
        legibility_code=legibility_code,
        text_as_marked=text_as_marked,
        script_code=script_code,
        text_pattern=text_pattern,
        transliterated_text=tuple(transliterated_text),
        symbol_description_text=symbol_description_text,
        primary_indicator=primary_indicator,
        image_ref=tuple(image_ref),
        remark_text=remark_text,
    )


def _read_Component(e: Any) -> Component:
    it = iter(e)
    n = next(it, _END)
    component_code = _ComponentCode_OF[n.text]
    n = next(it, _END)
    t = n.tag
    marking: Any = ()
    if t == "{urn:iarms:exchange:payload:1}Marking":
        marking = []
        while t == "{urn:iarms:exchange:payload:1}Marking":
            marking.append(_read_Marking(n))
            n = next(it, _END)
            t = n.tag
    differs_from_frame_indicator = None
    if t == "{urn:iarms:exchange:payload:1}DiffersFromFrameIndicator":
        differs_from_frame_indicator = n.text == "true"
        n = next(it, _END)
        t = n.tag
    return Component(
        component_code=component_code,
        marking=tuple(marking),
        differs_from_frame_indicator=differs_from_frame_indicator,
    )


def _read_YearOfManufacture(e: Any) -> YearOfManufacture:
    return YearOfManufacture(
        value=int(e.text),
        basis=None if e.get("basis") is None else _YearBasisCode_OF[e.get("basis")],
    )


def _read_Import(e: Any) -> Import:
    it = iter(e)
    n = next(it, _END)
    country = _CountryCode_OF[n.text]
    n = next(it, _END)
    t = n.tag
    year = None
    if t == "{urn:iarms:exchange:payload:1}Year":
        year = int(n.text)
        n = next(it, _END)
        t = n.tag
    importer_text = None
    if t == "{urn:iarms:exchange:payload:1}ImporterText":
        importer_text = n.text
        n = next(it, _END)
        t = n.tag
    last_legal_import_indicator = None
    if t == "{urn:iarms:exchange:payload:1}LastLegalImportIndicator":
        last_legal_import_indicator = n.text == "true"
        n = next(it, _END)
        t = n.tag
    return Import(
        country=country,
        year=year,
        importer_text=importer_text,
        last_legal_import_indicator=last_legal_import_indicator,
    )


def _read_LegalCategory(e: Any) -> LegalCategory:
    return LegalCategory(
        value=e.text,
        scheme=_LegalCategorySchemeCode_OF[e.get("scheme")],
    )


def _read_ReferenceTableId(e: Any) -> ReferenceTableId:
    return ReferenceTableId(
        value=e.text,
        scheme=_ReferenceTableCode_OF[e.get("scheme")],
    )


def _read_Image(e: Any) -> Image:
    it = iter(e)
    n = next(it, _END)
    image_digest = n.text
    n = next(it, _END)
    media_type = n.text
    n = next(it, _END)
    view_code = _ImageViewCode_OF[n.text]
    n = next(it, _END)
    t = n.tag
    captured_timestamp = None
    if t == "{urn:iarms:exchange:payload:1}CapturedTimestamp":
        captured_timestamp = _read_timestamp(n.text)
        n = next(it, _END)
        t = n.tag
    return Image(
        image_digest=image_digest,
        media_type=media_type,
        view_code=view_code,
        captured_timestamp=captured_timestamp,
    )


def _read_FirearmDescription(e: Any) -> FirearmDescription:
    it = iter(e)
    n = next(it, _END)
    if n is _END:
        raise EmptyElementError(e)
    t = n.tag
    firearm_type_code = None
    if t == "{urn:iarms:exchange:payload:1}FirearmTypeCode":
        firearm_type_code = _FirearmTypeCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    action_code = None
    if t == "{urn:iarms:exchange:payload:1}ActionCode":
        action_code = _ActionCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    manufacture_kind_code = None
    if t == "{urn:iarms:exchange:payload:1}ManufactureKindCode":
        manufacture_kind_code = _ManufactureKindCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    make_marked = None
    if t == "{urn:iarms:exchange:payload:1}MakeMarked":
        make_marked = _read_Make(n)
        n = next(it, _END)
        t = n.tag
    make_identified = None
    if t == "{urn:iarms:exchange:payload:1}MakeIdentified":
        make_identified = _read_Make(n)
        n = next(it, _END)
        t = n.tag
    model_marked = None
    if t == "{urn:iarms:exchange:payload:1}ModelMarked":
        model_marked = n.text
        n = next(it, _END)
        t = n.tag
    model_identified = None
    if t == "{urn:iarms:exchange:payload:1}ModelIdentified":
        model_identified = n.text
        n = next(it, _END)
        t = n.tag
    calibre: Any = ()
    if t == "{urn:iarms:exchange:payload:1}Calibre":
        calibre = []
        while t == "{urn:iarms:exchange:payload:1}Calibre":
            calibre.append(_read_Calibre(n))
            n = next(it, _END)
            t = n.tag
    serial_status_code = None
    if t == "{urn:iarms:exchange:payload:1}SerialStatusCode":
        serial_status_code = _SerialStatusCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    marking: Any = ()
    if t == "{urn:iarms:exchange:payload:1}Marking":
        marking = []
        while t == "{urn:iarms:exchange:payload:1}Marking":
            marking.append(_read_Marking(n))
            n = next(it, _END)
            t = n.tag
    component: Any = ()
    if t == "{urn:iarms:exchange:payload:1}Component":
        component = []
        while t == "{urn:iarms:exchange:payload:1}Component":
            component.append(_read_Component(n))
            n = next(it, _END)
            t = n.tag
    country_of_manufacture = None
    if t == "{urn:iarms:exchange:payload:1}CountryOfManufacture":
        country_of_manufacture = _CountryCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    year_of_manufacture = None
    if t == "{urn:iarms:exchange:payload:1}YearOfManufacture":
        year_of_manufacture = _read_YearOfManufacture(n)
        n = next(it, _END)
        t = n.tag
    import_: Any = ()
    if t == "{urn:iarms:exchange:payload:1}Import":
        import_ = []
        while t == "{urn:iarms:exchange:payload:1}Import":
            import_.append(_read_Import(n))
            n = next(it, _END)
            t = n.tag
    barrel_length_measure = None
    if t == "{urn:iarms:exchange:payload:1}BarrelLengthMeasure":
        barrel_length_measure = Decimal(n.text)
        n = next(it, _END)
        t = n.tag
    overall_length_measure = None
    if t == "{urn:iarms:exchange:payload:1}OverallLengthMeasure":
        overall_length_measure = Decimal(n.text)
        n = next(it, _END)
        t = n.tag
    barrel_quantity = None
    if t == "{urn:iarms:exchange:payload:1}BarrelQuantity":
        barrel_quantity = int(n.text)
        n = next(it, _END)
        t = n.tag
    capacity_quantity = None
    if t == "{urn:iarms:exchange:payload:1}CapacityQuantity":
        capacity_quantity = int(n.text)
        n = next(it, _END)
        t = n.tag
    finish_code: Any = ()
    if t == "{urn:iarms:exchange:payload:1}FinishCode":
        finish_code = []
        while t == "{urn:iarms:exchange:payload:1}FinishCode":
            finish_code.append(_FinishCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
    grip_text = None
    if t == "{urn:iarms:exchange:payload:1}GripText":
        grip_text = n.text
        n = next(it, _END)
        t = n.tag
    stock_text = None
    if t == "{urn:iarms:exchange:payload:1}StockText":
        stock_text = n.text
        n = next(it, _END)
        t = n.tag
    distinguishing_feature_text = None
    if t == "{urn:iarms:exchange:payload:1}DistinguishingFeatureText":
        distinguishing_feature_text = n.text
        n = next(it, _END)
        t = n.tag
    legal_category: Any = ()
    if t == "{urn:iarms:exchange:payload:1}LegalCategory":
        legal_category = []
        while t == "{urn:iarms:exchange:payload:1}LegalCategory":
            legal_category.append(_read_LegalCategory(n))
            n = next(it, _END)
            t = n.tag
    reference_table_id: Any = ()
    if t == "{urn:iarms:exchange:payload:1}ReferenceTableId":
        reference_table_id = []
        while t == "{urn:iarms:exchange:payload:1}ReferenceTableId":
            reference_table_id.append(_read_ReferenceTableId(n))
            n = next(it, _END)
            t = n.tag
    identification_confidence_code = None
    if t == "{urn:iarms:exchange:payload:1}IdentificationConfidenceCode":
        identification_confidence_code = _IdentificationConfidenceCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    image: Any = ()
    if t == "{urn:iarms:exchange:payload:1}Image":
        image = []
        while t == "{urn:iarms:exchange:payload:1}Image":
            image.append(_read_Image(n))
            n = next(it, _END)
            t = n.tag
    return FirearmDescription(
        firearm_type_code=firearm_type_code,
        action_code=action_code,
        manufacture_kind_code=manufacture_kind_code,
        make_marked=make_marked,
        make_identified=make_identified,
        model_marked=model_marked,
        model_identified=model_identified,
        calibre=tuple(calibre),
        serial_status_code=serial_status_code,
        marking=tuple(marking),
        component=tuple(component),
        country_of_manufacture=country_of_manufacture,
        year_of_manufacture=year_of_manufacture,
        import_=tuple(import_),
        barrel_length_measure=barrel_length_measure,
        overall_length_measure=overall_length_measure,
        barrel_quantity=barrel_quantity,
        capacity_quantity=capacity_quantity,
        finish_code=tuple(finish_code),
        grip_text=grip_text,
        stock_text=stock_text,
        distinguishing_feature_text=distinguishing_feature_text,
        legal_category=tuple(legal_category),
        reference_table_id=tuple(reference_table_id),
        identification_confidence_code=identification_confidence_code,
        image=tuple(image),
    )


def _read_ContactPoint(e: Any) -> ContactPoint:
    it = iter(e)
    n = next(it, _END)
    contact_name = n.text
    n = next(it, _END)
    t = n.tag
    telephone = None
    if t == "{urn:iarms:exchange:payload:1}Telephone":
        telephone = n.text
        n = next(it, _END)
        t = n.tag
    email = None
    if t == "{urn:iarms:exchange:payload:1}Email":
        email = n.text
        n = next(it, _END)
        t = n.tag
    available_always_indicator = n.text == "true"
    return ContactPoint(
        contact_name=contact_name,
        telephone=telephone,
        email=email,
        available_always_indicator=available_always_indicator,
    )


def _read_Candidate(e: Any) -> Candidate:
    it = iter(e)
    n = next(it, _END)
    record_id = n.text
    n = next(it, _END)
    grade_code = _GradeCode_OF[n.text]
    n = next(it, _END)
    score_decimal = Decimal(n.text)
    n = next(it, _END)
    t = n.tag
    match_reason: Any = ()
    if t == "{urn:iarms:exchange:payload:1}MatchReason":
        match_reason = []
        while t == "{urn:iarms:exchange:payload:1}MatchReason":
            match_reason.append(_read_MatchReason(n))
            n = next(it, _END)
            t = n.tag
    owner_country = _CountryCode_OF[n.text]
    n = next(it, _END)
    owner_agency_id = n.text
    n = next(it, _END)
    record_type_code = _RecordTypeCode_OF[n.text]
    n = next(it, _END)
    status_code = _RecordStatusCode_OF[n.text]
    n = next(it, _END)
    event_date = n.text
    n = next(it, _END)
    firearm = _read_FirearmDescription(n)
    n = next(it, _END)
    t = n.tag
    caution_code: Any = ()
    if t == "{urn:iarms:exchange:payload:1}CautionCode":
        caution_code = []
        while t == "{urn:iarms:exchange:payload:1}CautionCode":
            caution_code.append(_CautionCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
    action_requested_code = _ActionRequestedCode_OF[n.text]
    n = next(it, _END)
    t = n.tag
    contact_point = []
    while t == "{urn:iarms:exchange:payload:1}ContactPoint":
        contact_point.append(_read_ContactPoint(n))
        n = next(it, _END)
        t = n.tag
    return Candidate(
        record_id=record_id,
        grade_code=grade_code,
        score_decimal=score_decimal,
        match_reason=tuple(match_reason),
        owner_country=owner_country,
        owner_agency_id=owner_agency_id,
        record_type_code=record_type_code,
        status_code=status_code,
        event_date=event_date,
        firearm=firearm,
        caution_code=tuple(caution_code),
        action_requested_code=action_requested_code,
        contact_point=tuple(contact_point),
    )


def _read_Consignment(e: Any) -> Consignment:
    it = iter(e)
    n = next(it, _END)
    consignment_reference = n.text
    n = next(it, _END)
    t = n.tag
    transport_document_reference: Any = ()
    if t == "{urn:iarms:exchange:payload:1}TransportDocumentReference":
        transport_document_reference = []
        while t == "{urn:iarms:exchange:payload:1}TransportDocumentReference":
            transport_document_reference.append(n.text)
            n = next(it, _END)
            t = n.tag
    declared_goods_text = None
    if t == "{urn:iarms:exchange:payload:1}DeclaredGoodsText":
        declared_goods_text = n.text
        n = next(it, _END)
        t = n.tag
    package_quantity = None
    if t == "{urn:iarms:exchange:payload:1}PackageQuantity":
        package_quantity = int(n.text)
        n = next(it, _END)
        t = n.tag
    return Consignment(
        consignment_reference=consignment_reference,
        transport_document_reference=tuple(transport_document_reference),
        declared_goods_text=declared_goods_text,
        package_quantity=package_quantity,
    )


def _read_Context(e: Any) -> Context:
    it = iter(e)
    n = next(it, _END)
    schema_version = n.text
    n = next(it, _END)
    message_type_code = _MessageTypeCode_OF[n.text]
    n = next(it, _END)
    conversation_id = n.text
    n = next(it, _END)
    sent_timestamp = _read_timestamp(n.text)
    n = next(it, _END)
    t = n.tag
    urgency_justification_text = None
    if t == "{urn:iarms:exchange:payload:1}UrgencyJustificationText":
        urgency_justification_text = n.text
        n = next(it, _END)
        t = n.tag
    sender_agency_id = n.text
    n = next(it, _END)
    sender_system_id = n.text
    n = next(it, _END)
    acting_user_pseudonym = n.text
    n = next(it, _END)
    purpose_code = _PurposeCode_OF[n.text]
    n = next(it, _END)
    t = n.tag
    case_reference = None
    if t == "{urn:iarms:exchange:payload:1}CaseReference":
        case_reference = n.text
        n = next(it, _END)
        t = n.tag
    handling_code = []
    while t == "{urn:iarms:exchange:payload:1}HandlingCode":
        handling_code.append(_HandlingCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    test_indicator = n.text == "true"
    n = next(it, _END)
    t = n.tag
    language_code = None
    if t == "{urn:iarms:exchange:payload:1}LanguageCode":
        language_code = n.text
        n = next(it, _END)
        t = n.tag
    return Context(
        schema_version=schema_version,
        message_type_code=message_type_code,
        conversation_id=conversation_id,
        sent_timestamp=sent_timestamp,
        urgency_justification_text=urgency_justification_text,
        sender_agency_id=sender_agency_id,
        sender_system_id=sender_system_id,
        acting_user_pseudonym=acting_user_pseudonym,
        purpose_code=purpose_code,
        case_reference=case_reference,
        handling_code=tuple(handling_code),
        test_indicator=test_indicator,
        language_code=language_code,
    )


def _read_Finding(e: Any) -> Finding:
    it = iter(e)
    n = next(it, _END)
    finding_code = n.text
    n = next(it, _END)
    severity_code = _SeverityCode_OF[n.text]
    n = next(it, _END)
    t = n.tag
    field_path = None
    if t == "{urn:iarms:exchange:payload:1}FieldPath":
        field_path = n.text
        n = next(it, _END)
        t = n.tag
    value_text = None
    if t == "{urn:iarms:exchange:payload:1}ValueText":
        value_text = n.text
        n = next(it, _END)
        t = n.tag
    expected_text = None
    if t == "{urn:iarms:exchange:payload:1}ExpectedText":
        expected_text = n.text
        n = next(it, _END)
        t = n.tag
    message_text = n.text
    n = next(it, _END)
    t = n.tag
    remedy_text = None
    if t == "{urn:iarms:exchange:payload:1}RemedyText":
        remedy_text = n.text
        n = next(it, _END)
        t = n.tag
    return Finding(
        finding_code=finding_code,
        severity_code=severity_code,
        field_path=field_path,
        value_text=value_text,
        expected_text=expected_text,
        message_text=message_text,
        remedy_text=remedy_text,
    )


def _read_Fault(e: Any) -> Fault:
    it = iter(e)
    n = next(it, _END)
    t = n.tag
    message_id = None
    if t == "{urn:iarms:exchange:payload:1}MessageId":
        message_id = n.text
        n = next(it, _END)
        t = n.tag
    fault_code = n.text
    n = next(it, _END)
    retryable_indicator = n.text == "true"
    n = next(it, _END)
    message_text = n.text
    n = next(it, _END)
    t = n.tag
    field_path = None
    if t == "{urn:iarms:exchange:payload:1}FieldPath":
        field_path = n.text
        n = next(it, _END)
        t = n.tag
    expected_text = None
    if t == "{urn:iarms:exchange:payload:1}ExpectedText":
        expected_text = n.text
        n = next(it, _END)
        t = n.tag
    remedy_text = None
    if t == "{urn:iarms:exchange:payload:1}RemedyText":
        remedy_text = n.text
        n = next(it, _END)
        t = n.tag
    finding: Any = ()
    if t == "{urn:iarms:exchange:payload:1}Finding":
        finding = []
        while t == "{urn:iarms:exchange:payload:1}Finding":
            finding.append(_read_Finding(n))
            n = next(it, _END)
            t = n.tag
    return Fault(
        message_id=message_id,
        fault_code=fault_code,
        retryable_indicator=retryable_indicator,
        message_text=message_text,
        field_path=field_path,
        expected_text=expected_text,
        remedy_text=remedy_text,
        finding=tuple(finding),
    )


def _read_Firearm(e: Any) -> Firearm:
    it = iter(e)
    n = next(it, _END)
    firearm_type_code = _FirearmTypeCode_OF[n.text]
    n = next(it, _END)
    t = n.tag
    action_code = None
    if t == "{urn:iarms:exchange:payload:1}ActionCode":
        action_code = _ActionCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    manufacture_kind_code = None
    if t == "{urn:iarms:exchange:payload:1}ManufactureKindCode":
        manufacture_kind_code = _ManufactureKindCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    make_marked = None
    if t == "{urn:iarms:exchange:payload:1}MakeMarked":
        make_marked = _read_Make(n)
        n = next(it, _END)
        t = n.tag
    make_identified = _read_Make(n)
    n = next(it, _END)
    t = n.tag
    model_marked = None
    if t == "{urn:iarms:exchange:payload:1}ModelMarked":
        model_marked = n.text
        n = next(it, _END)
        t = n.tag
    model_identified = None
    if t == "{urn:iarms:exchange:payload:1}ModelIdentified":
        model_identified = n.text
        n = next(it, _END)
        t = n.tag
    calibre = []
    while t == "{urn:iarms:exchange:payload:1}Calibre":
        calibre.append(_read_Calibre(n))
        n = next(it, _END)
        t = n.tag
    serial_status_code = _SerialStatusCode_OF[n.text]
    n = next(it, _END)
    t = n.tag
    marking: Any = ()
    if t == "{urn:iarms:exchange:payload:1}Marking":
        marking = []
        while t == "{urn:iarms:exchange:payload:1}Marking":
            marking.append(_read_Marking(n))
            n = next(it, _END)
            t = n.tag
    component: Any = ()
    if t == "{urn:iarms:exchange:payload:1}Component":
        component = []
        while t == "{urn:iarms:exchange:payload:1}Component":
            component.append(_read_Component(n))
            n = next(it, _END)
            t = n.tag
    country_of_manufacture = None
    if t == "{urn:iarms:exchange:payload:1}CountryOfManufacture":
        country_of_manufacture = _CountryCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    year_of_manufacture = None
    if t == "{urn:iarms:exchange:payload:1}YearOfManufacture":
        year_of_manufacture = _read_YearOfManufacture(n)
        n = next(it, _END)
        t = n.tag
    import_: Any = ()
    if t == "{urn:iarms:exchange:payload:1}Import":
        import_ = []
        while t == "{urn:iarms:exchange:payload:1}Import":
            import_.append(_read_Import(n))
            n = next(it, _END)
            t = n.tag
    barrel_length_measure = None
    if t == "{urn:iarms:exchange:payload:1}BarrelLengthMeasure":
        barrel_length_measure = Decimal(n.text)
        n = next(it, _END)
        t = n.tag
    overall_length_measure = None
    if t == "{urn:iarms:exchange:payload:1}OverallLengthMeasure":
        overall_length_measure = Decimal(n.text)
        n = next(it, _END)
        t = n.tag
    barrel_quantity = None
    if t == "{urn:iarms:exchange:payload:1}BarrelQuantity":
        barrel_quantity = int(n.text)
        n = next(it, _END)
        t = n.tag
    capacity_quantity = None
    if t == "{urn:iarms:exchange:payload:1}CapacityQuantity":
        capacity_quantity = int(n.text)
        n = next(it, _END)
        t = n.tag
    finish_code: Any = ()
    if t == "{urn:iarms:exchange:payload:1}FinishCode":
        finish_code = []
        while t == "{urn:iarms:exchange:payload:1}FinishCode":
            finish_code.append(_FinishCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
    grip_text = None
    if t == "{urn:iarms:exchange:payload:1}GripText":
        grip_text = n.text
        n = next(it, _END)
        t = n.tag
    stock_text = None
    if t == "{urn:iarms:exchange:payload:1}StockText":
        stock_text = n.text
        n = next(it, _END)
        t = n.tag
    distinguishing_feature_text = None
    if t == "{urn:iarms:exchange:payload:1}DistinguishingFeatureText":
        distinguishing_feature_text = n.text
        n = next(it, _END)
        t = n.tag
    legal_category: Any = ()
    if t == "{urn:iarms:exchange:payload:1}LegalCategory":
        legal_category = []
        while t == "{urn:iarms:exchange:payload:1}LegalCategory":
            legal_category.append(_read_LegalCategory(n))
            n = next(it, _END)
            t = n.tag
    reference_table_id: Any = ()
    if t == "{urn:iarms:exchange:payload:1}ReferenceTableId":
        reference_table_id = []
        while t == "{urn:iarms:exchange:payload:1}ReferenceTableId":
            reference_table_id.append(_read_ReferenceTableId(n))
            n = next(it, _END)
            t = n.tag
    identification_confidence_code = None
    if t == "{urn:iarms:exchange:payload:1}IdentificationConfidenceCode":
        identification_confidence_code = _IdentificationConfidenceCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    image: Any = ()
    if t == "{urn:iarms:exchange:payload:1}Image":
        image = []
        while t == "{urn:iarms:exchange:payload:1}Image":
            image.append(_read_Image(n))
            n = next(it, _END)
            t = n.tag
    return Firearm(
        firearm_type_code=firearm_type_code,
        action_code=action_code,
        manufacture_kind_code=manufacture_kind_code,
        make_marked=make_marked,
        make_identified=make_identified,
        model_marked=model_marked,
        model_identified=model_identified,
        calibre=tuple(calibre),
        serial_status_code=serial_status_code,
        marking=tuple(marking),
        component=tuple(component),
        country_of_manufacture=country_of_manufacture,
        year_of_manufacture=year_of_manufacture,
        import_=tuple(import_),
        barrel_length_measure=barrel_length_measure,
        overall_length_measure=overall_length_measure,
        barrel_quantity=barrel_quantity,
        capacity_quantity=capacity_quantity,
        finish_code=tuple(finish_code),
        grip_text=grip_text,
        stock_text=stock_text,
        distinguishing_feature_text=distinguishing_feature_text,
        legal_category=tuple(legal_category),
        reference_table_id=tuple(reference_table_id),
        identification_confidence_code=identification_confidence_code,
        image=tuple(image),
    )


def _read_Location(e: Any) -> Location:
    it = iter(e)
    n = next(it, _END)
    country = _CountryCode_OF[n.text]
    n = next(it, _END)
    t = n.tag
    subdivision_code = None
    if t == "{urn:iarms:exchange:payload:1}SubdivisionCode":
        subdivision_code = n.text
        n = next(it, _END)
        t = n.tag
    locode_code = None
    if t == "{urn:iarms:exchange:payload:1}LocodeCode":
        locode_code = n.text
        n = next(it, _END)
        t = n.tag
    locality_text = None
    if t == "{urn:iarms:exchange:payload:1}LocalityText":
        locality_text = n.text
        n = next(it, _END)
        t = n.tag
    latitude = None
    if t == "{urn:iarms:exchange:payload:1}Latitude":
        latitude = Decimal(n.text)
        n = next(it, _END)
        t = n.tag
    longitude = None
    if t == "{urn:iarms:exchange:payload:1}Longitude":
        longitude = Decimal(n.text)
        n = next(it, _END)
        t = n.tag
    return Location(
        country=country,
        subdivision_code=subdivision_code,
        locode_code=locode_code,
        locality_text=locality_text,
        latitude=latitude,
        longitude=longitude,
    )


def _read_FirearmRecord(e: Any) -> FirearmRecord:
    it = iter(e)
    n = next(it, _END)
    record_id = n.text
    n = next(it, _END)
    national_record_id = n.text
    n = next(it, _END)
    owner_agency_id = n.text
    n = next(it, _END)
    version = int(n.text)
    n = next(it, _END)
    record_type_code = _RecordTypeCode_OF[n.text]
    n = next(it, _END)
    t = n.tag
    illicit_basis_code: Any = ()
    if t == "{urn:iarms:exchange:payload:1}IllicitBasisCode":
        illicit_basis_code = []
        while t == "{urn:iarms:exchange:payload:1}IllicitBasisCode":
            illicit_basis_code.append(_IllicitBasisCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
    status_code = _RecordStatusCode_OF[n.text]
    n = next(it, _END)
    firearm = _read_Firearm(n)
    n = next(it, _END)
    event_date = n.text
    n = next(it, _END)
    t = n.tag
    event_location = None
    if t == "{urn:iarms:exchange:payload:1}EventLocation":
        event_location = _read_Location(n)
        n = next(it, _END)
        t = n.tag
    offence_code: Any = ()
    if t == "{urn:iarms:exchange:payload:1}OffenceCode":
        offence_code = []
        while t == "{urn:iarms:exchange:payload:1}OffenceCode":
            offence_code.append(n.text)
            n = next(it, _END)
            t = n.tag
    circumstance_text = None
    if t == "{urn:iarms:exchange:payload:1}CircumstanceText":
        circumstance_text = n.text
        n = next(it, _END)
        t = n.tag
    owner_category_code = None
    if t == "{urn:iarms:exchange:payload:1}OwnerCategoryCode":
        owner_category_code = _OwnerCategoryCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    batch_theft_reference = None
    if t == "{urn:iarms:exchange:payload:1}BatchTheftReference":
        batch_theft_reference = n.text
        n = next(it, _END)
        t = n.tag
    caution_code: Any = ()
    if t == "{urn:iarms:exchange:payload:1}CautionCode":
        caution_code = []
        while t == "{urn:iarms:exchange:payload:1}CautionCode":
            caution_code.append(_CautionCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
    action_requested_code = _ActionRequestedCode_OF[n.text]
    n = next(it, _END)
    t = n.tag
    contact_point = []
    while t == "{urn:iarms:exchange:payload:1}ContactPoint":
        contact_point.append(_read_ContactPoint(n))
        n = next(it, _END)
        t = n.tag
    entered_timestamp = _read_timestamp(n.text)
    n = next(it, _END)
    review_date = _read_date(n.text)
    n = next(it, _END)
    t = n.tag
    handling_code = []
    while t == "{urn:iarms:exchange:payload:1}HandlingCode":
        handling_code.append(_HandlingCode_OF[n.text])
        n = next(it, _END)
        t = n.tag
    access_restriction: Any = ()
    if t == "{urn:iarms:exchange:payload:1}AccessRestriction":
        access_restriction = []
        while t == "{urn:iarms:exchange:payload:1}AccessRestriction":
            access_restriction.append(_read_AccessRestriction(n))
            n = next(it, _END)
            t = n.tag
    closure_reason_code = None
    if t == "{urn:iarms:exchange:payload:1}ClosureReasonCode":
        closure_reason_code = _ClosureReasonCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    related_record_id: Any = ()
    if t == "{urn:iarms:exchange:payload:1}RelatedRecordId":
        related_record_id = []
        while t == "{urn:iarms:exchange:payload:1}RelatedRecordId":
            related_record_id.append(n.text)
            n = next(it, _END)
            t = n.tag
    return FirearmRecord(
        record_id=record_id,
        national_record_id=national_record_id,
        owner_agency_id=owner_agency_id,
        version=version,
        record_type_code=record_type_code,
        illicit_basis_code=tuple(illicit_basis_code),
        status_code=status_code,
        firearm=firearm,
        event_date=event_date,
        event_location=event_location,
        offence_code=tuple(offence_code),
        circumstance_text=circumstance_text,
        owner_category_code=owner_category_code,
        batch_theft_reference=batch_theft_reference,
        caution_code=tuple(caution_code),
        action_requested_code=action_requested_code,
        contact_point=tuple(contact_point),
        entered_timestamp=entered_timestamp,
        review_date=review_date,
        handling_code=tuple(handling_code),
        access_restriction=tuple(access_restriction),
        closure_reason_code=closure_reason_code,
        related_record_id=tuple(related_record_id),
    )


def _read_RecordResult(e: Any) -> RecordResult:
    it = iter(e)
    n = next(it, _END)
    t = n.tag
    record_id = None
    if t == "{urn:iarms:exchange:payload:1}RecordId":
        record_id = n.text
        n = next(it, _END)
        t = n.tag
    national_record_id = None
    if t == "{urn:iarms:exchange:payload:1}NationalRecordId":
        national_record_id = n.text
        n = next(it, _END)
        t = n.tag
    result_code = _RecordResultCode_OF[n.text]
    n = next(it, _END)
    t = n.tag
    version = None
    if t == "{urn:iarms:exchange:payload:1}Version":
        version = int(n.text)
        n = next(it, _END)
        t = n.tag
    finding: Any = ()
    if t == "{urn:iarms:exchange:payload:1}Finding":
        finding = []
        while t == "{urn:iarms:exchange:payload:1}Finding":
            finding.append(_read_Finding(n))
            n = next(it, _END)
            t = n.tag
    return RecordResult(
        record_id=record_id,
        national_record_id=national_record_id,
        result_code=result_code,
        version=version,
        finding=tuple(finding),
    )


def _read_FirearmRecordResult(e: Any) -> FirearmRecordResult:
    it = iter(e)
    n = next(it, _END)
    context = _read_Context(n)
    n = next(it, _END)
    record_result = _read_RecordResult(n)
    return FirearmRecordResult(
        context=context,
        record_result=record_result,
    )


def _read_StatusChange(e: Any) -> StatusChange:
    it = iter(e)
    n = next(it, _END)
    record_id = n.text
    n = next(it, _END)
    base_version = int(n.text)
    n = next(it, _END)
    status_code = _RecordStatusCode_OF[n.text]
    n = next(it, _END)
    t = n.tag
    closure_reason_code = None
    if t == "{urn:iarms:exchange:payload:1}ClosureReasonCode":
        closure_reason_code = _ClosureReasonCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    recovery_date = None
    if t == "{urn:iarms:exchange:payload:1}RecoveryDate":
        recovery_date = n.text
        n = next(it, _END)
        t = n.tag
    remark_text = None
    if t == "{urn:iarms:exchange:payload:1}RemarkText":
        remark_text = n.text
        n = next(it, _END)
        t = n.tag
    return StatusChange(
        record_id=record_id,
        base_version=base_version,
        status_code=status_code,
        closure_reason_code=closure_reason_code,
        recovery_date=recovery_date,
        remark_text=remark_text,
    )


def _read_FirearmRecordStatusChange(e: Any) -> FirearmRecordStatusChange:
    it = iter(e)
    n = next(it, _END)
    context = _read_Context(n)
    n = next(it, _END)
    status_change = _read_StatusChange(n)
    return FirearmRecordStatusChange(
        context=context,
        status_change=status_change,
    )


def _read_FirearmRecordSubmit(e: Any) -> FirearmRecordSubmit:
    it = iter(e)
    n = next(it, _END)
    context = _read_Context(n)
    n = next(it, _END)
    firearm_record = _read_FirearmRecord(n)
    return FirearmRecordSubmit(
        context=context,
        firearm_record=firearm_record,
    )


def _read_RecordUpdate(e: Any) -> RecordUpdate:
    it = iter(e)
    n = next(it, _END)
    base_version = int(n.text)
    n = next(it, _END)
    firearm_record = _read_FirearmRecord(n)
    return RecordUpdate(
        base_version=base_version,
        firearm_record=firearm_record,
    )


def _read_FirearmRecordUpdate(e: Any) -> FirearmRecordUpdate:
    it = iter(e)
    n = next(it, _END)
    context = _read_Context(n)
    n = next(it, _END)
    record_update = _read_RecordUpdate(n)
    return FirearmRecordUpdate(
        context=context,
        record_update=record_update,
    )


def _read_Hit(e: Any) -> Hit:
    it = iter(e)
    n = next(it, _END)
    hit_id = n.text
    n = next(it, _END)
    hit_role_code = _HitRoleCode_OF[n.text]
    n = next(it, _END)
    hit_origin_code = _HitOriginCode_OF[n.text]
    n = next(it, _END)
    grade_code = _GradeCode_OF[n.text]
    n = next(it, _END)
    score_decimal = Decimal(n.text)
    n = next(it, _END)
    t = n.tag
    match_reason: Any = ()
    if t == "{urn:iarms:exchange:payload:1}MatchReason":
        match_reason = []
        while t == "{urn:iarms:exchange:payload:1}MatchReason":
            match_reason.append(_read_MatchReason(n))
            n = next(it, _END)
            t = n.tag
    record_id = n.text
    n = next(it, _END)
    t = n.tag
    national_record_id = None
    if t == "{urn:iarms:exchange:payload:1}NationalRecordId":
        national_record_id = n.text
        n = next(it, _END)
        t = n.tag
    record_version = int(n.text)
    n = next(it, _END)
    owner_agency_id = n.text
    n = next(it, _END)
    finder_agency_id = n.text
    n = next(it, _END)
    t = n.tag
    search_id = None
    if t == "{urn:iarms:exchange:payload:1}SearchId":
        search_id = n.text
        n = next(it, _END)
        t = n.tag
    seizure_id = None
    if t == "{urn:iarms:exchange:payload:1}SeizureId":
        seizure_id = n.text
        n = next(it, _END)
        t = n.tag
    item_id = None
    if t == "{urn:iarms:exchange:payload:1}ItemId":
        item_id = n.text
        n = next(it, _END)
        t = n.tag
    raised_timestamp = _read_timestamp(n.text)
    n = next(it, _END)
    recorded_firearm = _read_FirearmDescription(n)
    n = next(it, _END)
    found_firearm = _read_FirearmDescription(n)
    n = next(it, _END)
    record_type_code = _RecordTypeCode_OF[n.text]
    n = next(it, _END)
    event_date = n.text
    n = next(it, _END)
    t = n.tag
    found_location = None
    if t == "{urn:iarms:exchange:payload:1}FoundLocation":
        found_location = _read_Location(n)
        n = next(it, _END)
        t = n.tag
    found_timestamp = None
    if t == "{urn:iarms:exchange:payload:1}FoundTimestamp":
        found_timestamp = _read_timestamp(n.text)
        n = next(it, _END)
        t = n.tag
    exhibit_reference = None
    if t == "{urn:iarms:exchange:payload:1}ExhibitReference":
        exhibit_reference = n.text
        n = next(it, _END)
        t = n.tag
    caution_code: Any = ()
    if t == "{urn:iarms:exchange:payload:1}CautionCode":
        caution_code = []
        while t == "{urn:iarms:exchange:payload:1}CautionCode":
            caution_code.append(_CautionCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
    action_requested_code = _ActionRequestedCode_OF[n.text]
    n = next(it, _END)
    t = n.tag
    contact_point = []
    while t == "{urn:iarms:exchange:payload:1}ContactPoint":
        contact_point.append(_read_ContactPoint(n))
        n = next(it, _END)
        t = n.tag
    return Hit(
        hit_id=hit_id,
        hit_role_code=hit_role_code,
        hit_origin_code=hit_origin_code,
        grade_code=grade_code,
        score_decimal=score_decimal,
        match_reason=tuple(match_reason),
        record_id=record_id,
        national_record_id=national_record_id,
        record_version=record_version,
        owner_agency_id=owner_agency_id,
        finder_agency_id=finder_agency_id,
        search_id=search_id,
        seizure_id=seizure_id,
        item_id=item_id,
        raised_timestamp=raised_timestamp,
        recorded_firearm=recorded_firearm,
        found_firearm=found_firearm,
        record_type_code=record_type_code,
        event_date=event_date,
        found_location=found_location,
        found_timestamp=found_timestamp,
        exhibit_reference=exhibit_reference,
        caution_code=tuple(caution_code),
        action_requested_code=action_requested_code,
        contact_point=tuple(contact_point),
    )


def _read_HitNotice(e: Any) -> HitNotice:
    it = iter(e)
    n = next(it, _END)
    context = _read_Context(n)
    n = next(it, _END)
    hit = _read_Hit(n)
    return HitNotice(
        context=context,
        hit=hit,
    )


def _read_HitReceipt(e: Any) -> HitReceipt:
    it = iter(e)
    n = next(it, _END)
    context = _read_Context(n)
    n = next(it, _END)
    hit_id = n.text
    n = next(it, _END)
    hit_role_code = _HitRoleCode_OF[n.text]
    n = next(it, _END)
    received_timestamp = _read_timestamp(n.text)
    return HitReceipt(
        context=context,
        hit_id=hit_id,
        hit_role_code=hit_role_code,
        received_timestamp=received_timestamp,
    )


def _read_ReceiptItem(e: Any) -> ReceiptItem:
    it = iter(e)
    n = next(it, _END)
    message_id = n.text
    n = next(it, _END)
    outcome_code = _ReceiptOutcomeCode_OF[n.text]
    n = next(it, _END)
    level_code = _ReceiptLevelCode_OF[n.text]
    n = next(it, _END)
    received_timestamp = _read_timestamp(n.text)
    n = next(it, _END)
    envelope_digest = n.text
    n = next(it, _END)
    t = n.tag
    fault_code = None
    if t == "{urn:iarms:exchange:payload:1}FaultCode":
        fault_code = n.text
        n = next(it, _END)
        t = n.tag
    remark_text = None
    if t == "{urn:iarms:exchange:payload:1}RemarkText":
        remark_text = n.text
        n = next(it, _END)
        t = n.tag
    return ReceiptItem(
        message_id=message_id,
        outcome_code=outcome_code,
        level_code=level_code,
        received_timestamp=received_timestamp,
        envelope_digest=envelope_digest,
        fault_code=fault_code,
        remark_text=remark_text,
    )


def _read_Receipt(e: Any) -> Receipt:
    it = iter(e)
    n = next(it, _END)
    t = n.tag
    receipt_item = []
    while t == "{urn:iarms:exchange:payload:1}ReceiptItem":
        receipt_item.append(_read_ReceiptItem(n))
        n = next(it, _END)
        t = n.tag
    return Receipt(
        receipt_item=tuple(receipt_item),
    )


def _read_RecordBatchItem(e: Any) -> RecordBatchItem:
    it = iter(e)
    n = next(it, _END)
    item_id = n.text
    n = next(it, _END)
    t = n.tag
    firearm_record = None
    if t == "{urn:iarms:exchange:payload:1}FirearmRecord":
        firearm_record = _read_FirearmRecord(n)
        n = next(it, _END)
        t = n.tag
    record_update = None
    if t == "{urn:iarms:exchange:payload:1}RecordUpdate":
        record_update = _read_RecordUpdate(n)
        n = next(it, _END)
        t = n.tag
    status_change = None
    if t == "{urn:iarms:exchange:payload:1}StatusChange":
        status_change = _read_StatusChange(n)
        n = next(it, _END)
        t = n.tag
    return RecordBatchItem(
        item_id=item_id,
        firearm_record=firearm_record,
        record_update=record_update,
        status_change=status_change,
    )


def _read_RecordBatch(e: Any) -> RecordBatch:
    it = iter(e)
    n = next(it, _END)
    context = _read_Context(n)
    n = next(it, _END)
    t = n.tag
    record_batch_item = []
    while t == "{urn:iarms:exchange:payload:1}RecordBatchItem":
        record_batch_item.append(_read_RecordBatchItem(n))
        n = next(it, _END)
        t = n.tag
    return RecordBatch(
        context=context,
        record_batch_item=tuple(record_batch_item),
    )


def _read_RecordBatchResult(e: Any) -> RecordBatchResult:
    it = iter(e)
    n = next(it, _END)
    item_id = n.text
    n = next(it, _END)
    record_result = _read_RecordResult(n)
    return RecordBatchResult(
        item_id=item_id,
        record_result=record_result,
    )


def _read_RecordBatchReport(e: Any) -> RecordBatchReport:
    it = iter(e)
    n = next(it, _END)
    context = _read_Context(n)
    n = next(it, _END)
    t = n.tag
    record_batch_result = []
    while t == "{urn:iarms:exchange:payload:1}RecordBatchResult":
        record_batch_result.append(_read_RecordBatchResult(n))
        n = next(it, _END)
        t = n.tag
    return RecordBatchReport(
        context=context,
        record_batch_result=tuple(record_batch_result),
    )


def _read_Routing(e: Any) -> Routing:
    it = iter(e)
    n = next(it, _END)
    if n is _END:
        raise EmptyElementError(e)
    t = n.tag
    origin_country = None
    if t == "{urn:iarms:exchange:payload:1}OriginCountry":
        origin_country = _CountryCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    departure_country = None
    if t == "{urn:iarms:exchange:payload:1}DepartureCountry":
        departure_country = _CountryCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    transit_country: Any = ()
    if t == "{urn:iarms:exchange:payload:1}TransitCountry":
        transit_country = []
        while t == "{urn:iarms:exchange:payload:1}TransitCountry":
            transit_country.append(_CountryCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
    destination_country = None
    if t == "{urn:iarms:exchange:payload:1}DestinationCountry":
        destination_country = _CountryCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    return Routing(
        origin_country=origin_country,
        departure_country=departure_country,
        transit_country=tuple(transit_country),
        destination_country=destination_country,
    )


def _read_Search(e: Any) -> Search:
    it = iter(e)
    n = next(it, _END)
    search_id = n.text
    n = next(it, _END)
    reason_code = _SearchReasonCode_OF[n.text]
    n = next(it, _END)
    object_in_sight_indicator = n.text == "true"
    n = next(it, _END)
    place_of_check_country = _CountryCode_OF[n.text]
    n = next(it, _END)
    firearm = _read_FirearmDescription(n)
    n = next(it, _END)
    t = n.tag
    minimum_grade_code = None
    if t == "{urn:iarms:exchange:payload:1}MinimumGradeCode":
        minimum_grade_code = _GradeCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    store_for_delayed_hit_indicator = n.text == "true"
    n = next(it, _END)
    t = n.tag
    max_results = None
    if t == "{urn:iarms:exchange:payload:1}MaxResults":
        max_results = int(n.text)
        n = next(it, _END)
        t = n.tag
    return Search(
        search_id=search_id,
        reason_code=reason_code,
        object_in_sight_indicator=object_in_sight_indicator,
        place_of_check_country=place_of_check_country,
        firearm=firearm,
        minimum_grade_code=minimum_grade_code,
        store_for_delayed_hit_indicator=store_for_delayed_hit_indicator,
        max_results=max_results,
    )


def _read_SearchBatchItem(e: Any) -> SearchBatchItem:
    it = iter(e)
    n = next(it, _END)
    item_id = n.text
    n = next(it, _END)
    search = _read_Search(n)
    return SearchBatchItem(
        item_id=item_id,
        search=search,
    )


def _read_SearchBatch(e: Any) -> SearchBatch:
    it = iter(e)
    n = next(it, _END)
    context = _read_Context(n)
    n = next(it, _END)
    t = n.tag
    search_batch_item = []
    while t == "{urn:iarms:exchange:payload:1}SearchBatchItem":
        search_batch_item.append(_read_SearchBatchItem(n))
        n = next(it, _END)
        t = n.tag
    return SearchBatch(
        context=context,
        search_batch_item=tuple(search_batch_item),
    )


def _read_SearchResult(e: Any) -> SearchResult:
    it = iter(e)
    n = next(it, _END)
    search_id = n.text
    n = next(it, _END)
    result_code = _SearchResultCode_OF[n.text]
    n = next(it, _END)
    t = n.tag
    candidate: Any = ()
    if t == "{urn:iarms:exchange:payload:1}Candidate":
        candidate = []
        while t == "{urn:iarms:exchange:payload:1}Candidate":
            candidate.append(_read_Candidate(n))
            n = next(it, _END)
            t = n.tag
    weak_count = None
    if t == "{urn:iarms:exchange:payload:1}WeakCount":
        weak_count = int(n.text)
        n = next(it, _END)
        t = n.tag
    registry_timestamp = _read_timestamp(n.text)
    n = next(it, _END)
    t = n.tag
    finding: Any = ()
    if t == "{urn:iarms:exchange:payload:1}Finding":
        finding = []
        while t == "{urn:iarms:exchange:payload:1}Finding":
            finding.append(_read_Finding(n))
            n = next(it, _END)
            t = n.tag
    return SearchResult(
        search_id=search_id,
        result_code=result_code,
        candidate=tuple(candidate),
        weak_count=weak_count,
        registry_timestamp=registry_timestamp,
        finding=tuple(finding),
    )


def _read_SearchBatchResult(e: Any) -> SearchBatchResult:
    it = iter(e)
    n = next(it, _END)
    item_id = n.text
    n = next(it, _END)
    search_result = _read_SearchResult(n)
    return SearchBatchResult(
        item_id=item_id,
        search_result=search_result,
    )


def _read_SearchBatchReport(e: Any) -> SearchBatchReport:
    it = iter(e)
    n = next(it, _END)
    context = _read_Context(n)
    n = next(it, _END)
    t = n.tag
    search_batch_result = []
    while t == "{urn:iarms:exchange:payload:1}SearchBatchResult":
        search_batch_result.append(_read_SearchBatchResult(n))
        n = next(it, _END)
        t = n.tag
    return SearchBatchReport(
        context=context,
        search_batch_result=tuple(search_batch_result),
    )


def _read_SearchRequest(e: Any) -> SearchRequest:
    it = iter(e)
    n = next(it, _END)
    context = _read_Context(n)
    n = next(it, _END)
    search = _read_Search(n)
    return SearchRequest(
        context=context,
        search=search,
    )


def _read_SearchResponse(e: Any) -> SearchResponse:
    it = iter(e)
    n = next(it, _END)
    context = _read_Context(n)
    n = next(it, _END)
    search_result = _read_SearchResult(n)
    return SearchResponse(
        context=context,
        search_result=search_result,
    )


def _read_SeizedFirearm(e: Any) -> SeizedFirearm:
    it = iter(e)
    n = next(it, _END)
    item_id = n.text
    n = next(it, _END)
    firearm = _read_Firearm(n)
    return SeizedFirearm(
        item_id=item_id,
        firearm=firearm,
    )


def _read_Seizure(e: Any) -> Seizure:
    it = iter(e)
    n = next(it, _END)
    seizure_id = n.text
    n = next(it, _END)
    seizing_agency_id = n.text
    n = next(it, _END)
    acquisition_mode_code = _AcquisitionModeCode_OF[n.text]
    n = next(it, _END)
    seizure_timestamp = _read_timestamp(n.text)
    n = next(it, _END)
    location = _read_Location(n)
    n = next(it, _END)
    t = n.tag
    location_kind_code = None
    if t == "{urn:iarms:exchange:payload:1}LocationKindCode":
        location_kind_code = _LocationKindCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    context_code: Any = ()
    if t == "{urn:iarms:exchange:payload:1}ContextCode":
        context_code = []
        while t == "{urn:iarms:exchange:payload:1}ContextCode":
            context_code.append(_SeizureContextCode_OF[n.text])
            n = next(it, _END)
            t = n.tag
    seized_firearm = []
    while t == "{urn:iarms:exchange:payload:1}SeizedFirearm":
        seized_firearm.append(_read_SeizedFirearm(n))
        n = next(it, _END)
        t = n.tag
    consignment = None
    if t == "{urn:iarms:exchange:payload:1}Consignment":
        consignment = _read_Consignment(n)
        n = next(it, _END)
        t = n.tag
    transport_mode_code = None
    if t == "{urn:iarms:exchange:payload:1}TransportModeCode":
        transport_mode_code = _TransportModeCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    concealment_text = None
    if t == "{urn:iarms:exchange:payload:1}ConcealmentText":
        concealment_text = n.text
        n = next(it, _END)
        t = n.tag
    detection_method_code = None
    if t == "{urn:iarms:exchange:payload:1}DetectionMethodCode":
        detection_method_code = _DetectionMethodCode_OF[n.text]
        n = next(it, _END)
        t = n.tag
    routing = None
    if t == "{urn:iarms:exchange:payload:1}Routing":
        routing = _read_Routing(n)
        n = next(it, _END)
        t = n.tag
    hs_code: Any = ()
    if t == "{urn:iarms:exchange:payload:1}HSCode":
        hs_code = []
        while t == "{urn:iarms:exchange:payload:1}HSCode":
            hs_code.append(n.text)
            n = next(it, _END)
            t = n.tag
    legal_justification_text = n.text
    n = next(it, _END)
    t = n.tag
    custody_agency_id = None
    if t == "{urn:iarms:exchange:payload:1}CustodyAgencyId":
        custody_agency_id = n.text
        n = next(it, _END)
        t = n.tag
    exhibit_reference = None
    if t == "{urn:iarms:exchange:payload:1}ExhibitReference":
        exhibit_reference = n.text
        n = next(it, _END)
        t = n.tag
    ballistic_reference: Any = ()
    if t == "{urn:iarms:exchange:payload:1}BallisticReference":
        ballistic_reference = []
        while t == "{urn:iarms:exchange:payload:1}BallisticReference":
            ballistic_reference.append(_read_BallisticReference(n))
            n = next(it, _END)
            t = n.tag
    return Seizure(
        seizure_id=seizure_id,
        seizing_agency_id=seizing_agency_id,
        acquisition_mode_code=acquisition_mode_code,
        seizure_timestamp=seizure_timestamp,
        location=location,
        location_kind_code=location_kind_code,
        context_code=tuple(context_code),
        seized_firearm=tuple(seized_firearm),
        consignment=consignment,
        transport_mode_code=transport_mode_code,
        concealment_text=concealment_text,
        detection_method_code=detection_method_code,
        routing=routing,
        hs_code=tuple(hs_code),
        legal_justification_text=legal_justification_text,
        custody_agency_id=custody_agency_id,
        exhibit_reference=exhibit_reference,
        ballistic_reference=tuple(ballistic_reference),
    )


def _read_SeizureNotice(e: Any) -> SeizureNotice:
    it = iter(e)
    n = next(it, _END)
    context = _read_Context(n)
    n = next(it, _END)
    seizure = _read_Seizure(n)
    return SeizureNotice(
        context=context,
        seizure=seizure,
    )


_READERS: dict[str, Any] = {
    "{urn:iarms:exchange:payload:1}Fault": _read_Fault,
    "{urn:iarms:exchange:payload:1}FirearmRecordResult": _read_FirearmRecordResult,
    "{urn:iarms:exchange:payload:1}FirearmRecordStatusChange": _read_FirearmRecordStatusChange,
    "{urn:iarms:exchange:payload:1}FirearmRecordSubmit": _read_FirearmRecordSubmit,
    "{urn:iarms:exchange:payload:1}FirearmRecordUpdate": _read_FirearmRecordUpdate,
    "{urn:iarms:exchange:payload:1}HitNotice": _read_HitNotice,
    "{urn:iarms:exchange:payload:1}HitReceipt": _read_HitReceipt,
    "{urn:iarms:exchange:payload:1}Receipt": _read_Receipt,
    "{urn:iarms:exchange:payload:1}RecordBatch": _read_RecordBatch,
    "{urn:iarms:exchange:payload:1}RecordBatchReport": _read_RecordBatchReport,
    "{urn:iarms:exchange:payload:1}SearchBatch": _read_SearchBatch,
    "{urn:iarms:exchange:payload:1}SearchBatchReport": _read_SearchBatchReport,
    "{urn:iarms:exchange:payload:1}SearchRequest": _read_SearchRequest,
    "{urn:iarms:exchange:payload:1}SearchResponse": _read_SearchResponse,
    "{urn:iarms:exchange:payload:1}SeizureNotice": _read_SeizureNotice,
}


def read_payload(root: Any) -> Payload:
    """The typed value of a validated root. Raises :class:`EmptyElementError`."""
    payload: Payload = _READERS[root.tag](root)
    return payload
