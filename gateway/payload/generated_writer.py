"""Writers of the standard. GENERATED from schemas/xsd: change those, not this file.

Their output is its own exclusive canonical form. They check no value against the schema, but no
value can break out of its element: texts are escaped, and anything else is written by a format
that takes no text.
"""

from datetime import UTC, date, datetime
from typing import Any

from gateway.payload.generated_types import (
    AccessRestriction,
    Availability,
    BallisticReference,
    Calibre,
    Candidate,
    Component,
    Consignment,
    ContactPoint,
    Context,
    DeliveryStatement,
    DirectoryAck,
    DispositionNotice,
    Fault,
    Finding,
    Firearm,
    FirearmDescription,
    FirearmRecord,
    FirearmRecordResult,
    FirearmRecordStatusChange,
    FirearmRecordSubmit,
    FirearmRecordUpdate,
    Hit,
    HitClose,
    HitConfirmRequest,
    HitConfirmResponse,
    HitNotice,
    HitReceipt,
    HitRevoke,
    HitSeizure,
    HitStatus,
    HitStatusNotice,
    Image,
    Import,
    ItemStatus,
    KeptMessage,
    KeptMessages,
    LegalCategory,
    Location,
    Make,
    MakeCode,
    Marking,
    MatchReason,
    MissingItem,
    NumberRange,
    OfficeAbsence,
    OfficeCalendar,
    OfficeHoursNotice,
    Part,
    Payload,
    PriorSearch,
    Receipt,
    ReceiptItem,
    RecordBatch,
    RecordBatchItem,
    RecordBatchReport,
    RecordBatchResult,
    RecordExtract,
    RecordRead,
    RecordResult,
    RecordUpdate,
    ReferenceTableId,
    ResendRequest,
    ReviewConfirm,
    ReviewDecision,
    ReviewDue,
    ReviewItem,
    Routing,
    Search,
    SearchBatch,
    SearchBatchItem,
    SearchBatchReport,
    SearchBatchResult,
    SearchRequest,
    SearchResponse,
    SearchResult,
    SeizedFirearm,
    Seizure,
    SeizureNotice,
    StatFilter,
    StatOrigin,
    StatQuery,
    StatQuestion,
    StatReport,
    StatRow,
    StatusChange,
    SuppliedItem,
    TraceAck,
    TraceAct,
    TraceAnswer,
    TraceAttachment,
    TraceCancel,
    TraceClarification,
    TraceClose,
    TraceComment,
    TraceCorrection,
    TraceDocument,
    TraceForward,
    TraceIllicitNature,
    TraceInfo,
    TraceInfoRequest,
    TraceIntendedUse,
    TraceIntroduction,
    TraceLink,
    TraceNoAnswer,
    TracePossessor,
    TraceQuestion,
    TraceReceived,
    TraceReminder,
    TraceReopen,
    TraceRequest,
    TraceResponse,
    TraceStatus,
    TraceTerms,
    TransliteratedText,
    TrustDocuments,
    WideSearchRequest,
    YearOfManufacture,
)


def write_text(value: str) -> str:
    """A text with nothing that could be markup."""
    if "&" in value or "<" in value or ">" in value or "\r" in value:
        value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return value.replace("\r", "&#xD;")
    return value


def write_timestamp(value: datetime) -> str:
    """An instant in UTC, to the millisecond."""
    if value.tzinfo is UTC:
        return value.isoformat(timespec="milliseconds")[:-6] + "Z"
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    return value.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def write_date(value: date) -> str:
    """A day."""
    return value.isoformat() if type(value) is date else f"{value:%Y-%m-%d}"


def _write_AccessRestriction(v: AccessRestriction) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = ""
    country_code = v.country_code
    if country_code is not None:
        s += f"<CountryCode>{country_code._value_}</CountryCode>"
    agency_id = v.agency_id
    if agency_id is not None:
        s += f"<AgencyId>{write_text(agency_id)}</AgencyId>"
    s += f"<AccessModeCode>{v.access_mode_code._value_}</AccessModeCode>"
    return s


def _write_Context(v: Context) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<SchemaVersion>{write_text(v.schema_version)}</SchemaVersion><MessageTypeCode>{v.message_type_code._value_}</MessageTypeCode><ConversationId>{write_text(v.conversation_id)}</ConversationId><SentTimestamp>{write_timestamp(v.sent_timestamp)}</SentTimestamp>"
    urgency_justification_text = v.urgency_justification_text
    if urgency_justification_text is not None:
        s += f"<UrgencyJustificationText>{write_text(urgency_justification_text)}</UrgencyJustificationText>"
    s += f"<SenderAgencyId>{write_text(v.sender_agency_id)}</SenderAgencyId><SenderSystemId>{write_text(v.sender_system_id)}</SenderSystemId><ActingUserPseudonym>{write_text(v.acting_user_pseudonym)}</ActingUserPseudonym><PurposeCode>{v.purpose_code._value_}</PurposeCode>"
    case_reference = v.case_reference
    if case_reference is not None:
        s += f"<CaseReference>{write_text(case_reference)}</CaseReference>"
    for handling_code in v.handling_code:
        s += f"<HandlingCode>{handling_code._value_}</HandlingCode>"
    s += f"<TestIndicator>{'true' if v.test_indicator else 'false'}</TestIndicator>"
    language_code = v.language_code
    if language_code is not None:
        s += f"<LanguageCode>{write_text(language_code)}</LanguageCode>"
    return s


def _write_Availability(v: Availability) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><OutageReference>{write_text(v.outage_reference)}</OutageReference><BeginTimestamp>{write_timestamp(v.begin_timestamp)}</BeginTimestamp><EndTimestamp>{write_timestamp(v.end_timestamp)}</EndTimestamp><WillForwardIndicator>{'true' if v.will_forward_indicator else 'false'}</WillForwardIndicator>"
    reason_text = v.reason_text
    if reason_text is not None:
        s += f"<ReasonText>{write_text(reason_text)}</ReasonText>"
    return s


def _write_BallisticReference(v: BallisticReference) -> str:
    s = ""
    s += ' system="' + v.system._value_ + '"'
    return f"{s}>{write_text(v.value)}"


def _write_Calibre(v: Calibre) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = ""
    calibre_code = v.calibre_code
    if calibre_code is not None:
        s += f"<CalibreCode>{write_text(calibre_code)}</CalibreCode>"
    s += f"<CalibreText>{write_text(v.calibre_text)}</CalibreText>"
    barrel_number = v.barrel_number
    if barrel_number is not None:
        s += f"<BarrelNumber>{barrel_number:d}</BarrelNumber>"
    return s


def _write_MatchReason(v: MatchReason) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<ReasonCode>{write_text(v.reason_code)}</ReasonCode><OutcomeCode>{v.outcome_code._value_}</OutcomeCode>"
    field_path = v.field_path
    if field_path is not None:
        s += f"<FieldPath>{write_text(field_path)}</FieldPath>"
    s += f"<MessageText>{write_text(v.message_text)}</MessageText>"
    return s


def _write_MakeCode(v: MakeCode) -> str:
    s = ""
    s += ' scheme="' + v.scheme._value_ + '"'
    return f"{s}>{write_text(v.value)}"


def _write_Make(v: Make) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = ""
    make_code = v.make_code
    if make_code is not None:
        s += f"<MakeCode{_write_MakeCode(make_code)}</MakeCode>"
    s += f"<MakeText>{write_text(v.make_text)}</MakeText>"
    return s


def _write_TransliteratedText(v: TransliteratedText) -> str:
    s = ""
    s += ' system="' + v.system._value_ + '"'
    return f"{s}>{write_text(v.value)}"


def _write_Marking(v: Marking) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<KindCode>{v.kind_code._value_}</KindCode>"
    location_code = v.location_code
    if location_code is not None:
        s += f"<LocationCode>{location_code._value_}</LocationCode>"
    method_code = v.method_code
    if method_code is not None:
        s += f"<MethodCode>{method_code._value_}</MethodCode>"
    s += f"<LegibilityCode>{v.legibility_code._value_}</LegibilityCode>"
    text_as_marked = v.text_as_marked
    if text_as_marked is not None:
        s += f"<TextAsMarked>{write_text(text_as_marked)}</TextAsMarked>"
    script_code = v.script_code
    if script_code is not None:
        s += f"<ScriptCode>{write_text(script_code)}</ScriptCode>"
    text_pattern = v.text_pattern
    if text_pattern is not None:
        s += f"<TextPattern>{write_text(text_pattern)}</TextPattern>"
    for transliterated_text in v.transliterated_text:
        s += f"<TransliteratedText{_write_TransliteratedText(transliterated_text)}</TransliteratedText>"
    symbol_description_text = v.symbol_description_text
    if symbol_description_text is not None:
        s += f"<SymbolDescriptionText>{write_text(symbol_description_text)}</SymbolDescriptionText>"
    primary_indicator = v.primary_indicator
    if primary_indicator is not None:
        s += f"<PrimaryIndicator>{'true' if primary_indicator else 'false'}</PrimaryIndicator>"
    for image_ref in v.image_ref:
        s += f"<ImageRef>{write_text(image_ref)}</ImageRef>"
    remark_text = v.remark_text
    if remark_text is not None:
        s += f"<RemarkText>{write_text(remark_text)}</RemarkText>"
    return s


def _write_Component(v: Component) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<ComponentCode>{v.component_code._value_}</ComponentCode>"
    for marking in v.marking:
        s += f"<Marking>{_write_Marking(marking)}</Marking>"
    differs_from_frame_indicator = v.differs_from_frame_indicator
    if differs_from_frame_indicator is not None:
        s += f"<DiffersFromFrameIndicator>{'true' if differs_from_frame_indicator else 'false'}</DiffersFromFrameIndicator>"
    return s


def _write_YearOfManufacture(v: YearOfManufacture) -> str:
    s = ""
    if v.basis is not None:
        s += ' basis="' + v.basis._value_ + '"'
    return f"{s}>{v.value:d}"


def _write_Import(v: Import) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<Country>{v.country._value_}</Country>"
    year = v.year
    if year is not None:
        s += f"<Year>{year:d}</Year>"
    importer_text = v.importer_text
    if importer_text is not None:
        s += f"<ImporterText>{write_text(importer_text)}</ImporterText>"
    last_legal_import_indicator = v.last_legal_import_indicator
    if last_legal_import_indicator is not None:
        s += f"<LastLegalImportIndicator>{'true' if last_legal_import_indicator else 'false'}</LastLegalImportIndicator>"
    return s


def _write_LegalCategory(v: LegalCategory) -> str:
    s = ""
    s += ' scheme="' + v.scheme._value_ + '"'
    return f"{s}>{write_text(v.value)}"


def _write_ReferenceTableId(v: ReferenceTableId) -> str:
    s = ""
    s += ' scheme="' + v.scheme._value_ + '"'
    return f"{s}>{write_text(v.value)}"


def _write_Image(v: Image) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<ImageDigest>{write_text(v.image_digest)}</ImageDigest><MediaType>{write_text(v.media_type)}</MediaType><ViewCode>{v.view_code._value_}</ViewCode>"
    captured_timestamp = v.captured_timestamp
    if captured_timestamp is not None:
        s += f"<CapturedTimestamp>{write_timestamp(captured_timestamp)}</CapturedTimestamp>"
    return s


def _write_FirearmDescription(v: FirearmDescription) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = ""
    firearm_type_code = v.firearm_type_code
    if firearm_type_code is not None:
        s += f"<FirearmTypeCode>{firearm_type_code._value_}</FirearmTypeCode>"
    action_code = v.action_code
    if action_code is not None:
        s += f"<ActionCode>{action_code._value_}</ActionCode>"
    manufacture_kind_code = v.manufacture_kind_code
    if manufacture_kind_code is not None:
        s += f"<ManufactureKindCode>{manufacture_kind_code._value_}</ManufactureKindCode>"
    make_marked = v.make_marked
    if make_marked is not None:
        s += f"<MakeMarked>{_write_Make(make_marked)}</MakeMarked>"
    make_identified = v.make_identified
    if make_identified is not None:
        s += f"<MakeIdentified>{_write_Make(make_identified)}</MakeIdentified>"
    model_marked = v.model_marked
    if model_marked is not None:
        s += f"<ModelMarked>{write_text(model_marked)}</ModelMarked>"
    model_identified = v.model_identified
    if model_identified is not None:
        s += f"<ModelIdentified>{write_text(model_identified)}</ModelIdentified>"
    for calibre in v.calibre:
        s += f"<Calibre>{_write_Calibre(calibre)}</Calibre>"
    serial_status_code = v.serial_status_code
    if serial_status_code is not None:
        s += f"<SerialStatusCode>{serial_status_code._value_}</SerialStatusCode>"
    for marking in v.marking:
        s += f"<Marking>{_write_Marking(marking)}</Marking>"
    for component in v.component:
        s += f"<Component>{_write_Component(component)}</Component>"
    country_of_manufacture = v.country_of_manufacture
    if country_of_manufacture is not None:
        s += f"<CountryOfManufacture>{country_of_manufacture._value_}</CountryOfManufacture>"
    year_of_manufacture = v.year_of_manufacture
    if year_of_manufacture is not None:
        s += f"<YearOfManufacture{_write_YearOfManufacture(year_of_manufacture)}</YearOfManufacture>"
    for import_ in v.import_:
        s += f"<Import>{_write_Import(import_)}</Import>"
    barrel_length_measure = v.barrel_length_measure
    if barrel_length_measure is not None:
        s += f"<BarrelLengthMeasure>{barrel_length_measure:f}</BarrelLengthMeasure>"
    overall_length_measure = v.overall_length_measure
    if overall_length_measure is not None:
        s += f"<OverallLengthMeasure>{overall_length_measure:f}</OverallLengthMeasure>"
    barrel_quantity = v.barrel_quantity
    if barrel_quantity is not None:
        s += f"<BarrelQuantity>{barrel_quantity:d}</BarrelQuantity>"
    capacity_quantity = v.capacity_quantity
    if capacity_quantity is not None:
        s += f"<CapacityQuantity>{capacity_quantity:d}</CapacityQuantity>"
    for finish_code in v.finish_code:
        s += f"<FinishCode>{finish_code._value_}</FinishCode>"
    grip_text = v.grip_text
    if grip_text is not None:
        s += f"<GripText>{write_text(grip_text)}</GripText>"
    stock_text = v.stock_text
    if stock_text is not None:
        s += f"<StockText>{write_text(stock_text)}</StockText>"
    distinguishing_feature_text = v.distinguishing_feature_text
    if distinguishing_feature_text is not None:
        s += f"<DistinguishingFeatureText>{write_text(distinguishing_feature_text)}</DistinguishingFeatureText>"
    for legal_category in v.legal_category:
        s += f"<LegalCategory{_write_LegalCategory(legal_category)}</LegalCategory>"
    for reference_table_id in v.reference_table_id:
        s += f"<ReferenceTableId{_write_ReferenceTableId(reference_table_id)}</ReferenceTableId>"
    identification_confidence_code = v.identification_confidence_code
    if identification_confidence_code is not None:
        s += f"<IdentificationConfidenceCode>{identification_confidence_code._value_}</IdentificationConfidenceCode>"
    for image in v.image:
        s += f"<Image>{_write_Image(image)}</Image>"
    return s


def _write_ContactPoint(v: ContactPoint) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<ContactName>{write_text(v.contact_name)}</ContactName>"
    telephone = v.telephone
    if telephone is not None:
        s += f"<Telephone>{write_text(telephone)}</Telephone>"
    email = v.email
    if email is not None:
        s += f"<Email>{write_text(email)}</Email>"
    s += f"<AvailableAlwaysIndicator>{'true' if v.available_always_indicator else 'false'}</AvailableAlwaysIndicator>"
    return s


def _write_Candidate(v: Candidate) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<RecordId>{write_text(v.record_id)}</RecordId><GradeCode>{v.grade_code._value_}</GradeCode><ScoreDecimal>{v.score_decimal:f}</ScoreDecimal>"
    for match_reason in v.match_reason:
        s += f"<MatchReason>{_write_MatchReason(match_reason)}</MatchReason>"
    s += f"<OwnerCountry>{v.owner_country._value_}</OwnerCountry><OwnerAgencyId>{write_text(v.owner_agency_id)}</OwnerAgencyId><RecordTypeCode>{v.record_type_code._value_}</RecordTypeCode><StatusCode>{v.status_code._value_}</StatusCode><EventDate>{write_text(v.event_date)}</EventDate><Firearm>{_write_FirearmDescription(v.firearm)}</Firearm>"
    for caution_code in v.caution_code:
        s += f"<CautionCode>{caution_code._value_}</CautionCode>"
    s += f"<ActionRequestedCode>{v.action_requested_code._value_}</ActionRequestedCode>"
    for contact_point in v.contact_point:
        s += f"<ContactPoint>{_write_ContactPoint(contact_point)}</ContactPoint>"
    return s


def _write_Consignment(v: Consignment) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<ConsignmentReference>{write_text(v.consignment_reference)}</ConsignmentReference>"
    for transport_document_reference in v.transport_document_reference:
        s += f"<TransportDocumentReference>{write_text(transport_document_reference)}</TransportDocumentReference>"
    declared_goods_text = v.declared_goods_text
    if declared_goods_text is not None:
        s += f"<DeclaredGoodsText>{write_text(declared_goods_text)}</DeclaredGoodsText>"
    package_quantity = v.package_quantity
    if package_quantity is not None:
        s += f"<PackageQuantity>{package_quantity:d}</PackageQuantity>"
    return s


def _write_DeliveryStatement(v: DeliveryStatement) -> str:
    s = f"<StatedTimestamp>{write_timestamp(v.stated_timestamp)}</StatedTimestamp><SentNumber>{v.sent_number:d}</SentNumber><HeldNumber>{v.held_number:d}</HeldNumber><MissingQuantity>{v.missing_quantity:d}</MissingQuantity><GoneQuantity>{v.gone_quantity:d}</GoneQuantity><AnswerIndicator>{'true' if v.answer_indicator else 'false'}</AnswerIndicator>"
    return s


def _write_DirectoryAck(v: DirectoryAck) -> str:
    s = f"<TakenTimestamp>{write_timestamp(v.taken_timestamp)}</TakenTimestamp><RootVersion>{v.root_version:d}</RootVersion><DirectoryVersion>{v.directory_version:d}</DirectoryVersion><RevocationQuantity>{v.revocation_quantity:d}</RevocationQuantity><StateDigest>{write_text(v.state_digest)}</StateDigest>"
    return s


def _write_DispositionNotice(v: DispositionNotice) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><HitId>{write_text(v.hit_id)}</HitId><DispositionCode>{v.disposition_code._value_}</DispositionCode><DispositionDate>{write_date(v.disposition_date)}</DispositionDate>"
    remark_text = v.remark_text
    if remark_text is not None:
        s += f"<RemarkText>{write_text(remark_text)}</RemarkText>"
    return s


def _write_Finding(v: Finding) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<FindingCode>{write_text(v.finding_code)}</FindingCode><SeverityCode>{v.severity_code._value_}</SeverityCode>"
    field_path = v.field_path
    if field_path is not None:
        s += f"<FieldPath>{write_text(field_path)}</FieldPath>"
    value_text = v.value_text
    if value_text is not None:
        s += f"<ValueText>{write_text(value_text)}</ValueText>"
    expected_text = v.expected_text
    if expected_text is not None:
        s += f"<ExpectedText>{write_text(expected_text)}</ExpectedText>"
    s += f"<MessageText>{write_text(v.message_text)}</MessageText>"
    remedy_text = v.remedy_text
    if remedy_text is not None:
        s += f"<RemedyText>{write_text(remedy_text)}</RemedyText>"
    return s


def _write_Fault(v: Fault) -> str:
    s = ""
    message_id = v.message_id
    if message_id is not None:
        s += f"<MessageId>{write_text(message_id)}</MessageId>"
    s += f"<FaultCode>{write_text(v.fault_code)}</FaultCode><RetryableIndicator>{'true' if v.retryable_indicator else 'false'}</RetryableIndicator><MessageText>{write_text(v.message_text)}</MessageText>"
    field_path = v.field_path
    if field_path is not None:
        s += f"<FieldPath>{write_text(field_path)}</FieldPath>"
    expected_text = v.expected_text
    if expected_text is not None:
        s += f"<ExpectedText>{write_text(expected_text)}</ExpectedText>"
    remedy_text = v.remedy_text
    if remedy_text is not None:
        s += f"<RemedyText>{write_text(remedy_text)}</RemedyText>"
    for finding in v.finding:
        s += f"<Finding>{_write_Finding(finding)}</Finding>"
    return s


def _write_Firearm(v: Firearm) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<FirearmTypeCode>{v.firearm_type_code._value_}</FirearmTypeCode>"
    action_code = v.action_code
    if action_code is not None:
        s += f"<ActionCode>{action_code._value_}</ActionCode>"
    manufacture_kind_code = v.manufacture_kind_code
    if manufacture_kind_code is not None:
        s += f"<ManufactureKindCode>{manufacture_kind_code._value_}</ManufactureKindCode>"
    make_marked = v.make_marked
    if make_marked is not None:
        s += f"<MakeMarked>{_write_Make(make_marked)}</MakeMarked>"
    s += f"<MakeIdentified>{_write_Make(v.make_identified)}</MakeIdentified>"
    model_marked = v.model_marked
    if model_marked is not None:
        s += f"<ModelMarked>{write_text(model_marked)}</ModelMarked>"
    model_identified = v.model_identified
    if model_identified is not None:
        s += f"<ModelIdentified>{write_text(model_identified)}</ModelIdentified>"
    for calibre in v.calibre:
        s += f"<Calibre>{_write_Calibre(calibre)}</Calibre>"
    s += f"<SerialStatusCode>{v.serial_status_code._value_}</SerialStatusCode>"
    for marking in v.marking:
        s += f"<Marking>{_write_Marking(marking)}</Marking>"
    for component in v.component:
        s += f"<Component>{_write_Component(component)}</Component>"
    country_of_manufacture = v.country_of_manufacture
    if country_of_manufacture is not None:
        s += f"<CountryOfManufacture>{country_of_manufacture._value_}</CountryOfManufacture>"
    year_of_manufacture = v.year_of_manufacture
    if year_of_manufacture is not None:
        s += f"<YearOfManufacture{_write_YearOfManufacture(year_of_manufacture)}</YearOfManufacture>"
    for import_ in v.import_:
        s += f"<Import>{_write_Import(import_)}</Import>"
    barrel_length_measure = v.barrel_length_measure
    if barrel_length_measure is not None:
        s += f"<BarrelLengthMeasure>{barrel_length_measure:f}</BarrelLengthMeasure>"
    overall_length_measure = v.overall_length_measure
    if overall_length_measure is not None:
        s += f"<OverallLengthMeasure>{overall_length_measure:f}</OverallLengthMeasure>"
    barrel_quantity = v.barrel_quantity
    if barrel_quantity is not None:
        s += f"<BarrelQuantity>{barrel_quantity:d}</BarrelQuantity>"
    capacity_quantity = v.capacity_quantity
    if capacity_quantity is not None:
        s += f"<CapacityQuantity>{capacity_quantity:d}</CapacityQuantity>"
    for finish_code in v.finish_code:
        s += f"<FinishCode>{finish_code._value_}</FinishCode>"
    grip_text = v.grip_text
    if grip_text is not None:
        s += f"<GripText>{write_text(grip_text)}</GripText>"
    stock_text = v.stock_text
    if stock_text is not None:
        s += f"<StockText>{write_text(stock_text)}</StockText>"
    distinguishing_feature_text = v.distinguishing_feature_text
    if distinguishing_feature_text is not None:
        s += f"<DistinguishingFeatureText>{write_text(distinguishing_feature_text)}</DistinguishingFeatureText>"
    for legal_category in v.legal_category:
        s += f"<LegalCategory{_write_LegalCategory(legal_category)}</LegalCategory>"
    for reference_table_id in v.reference_table_id:
        s += f"<ReferenceTableId{_write_ReferenceTableId(reference_table_id)}</ReferenceTableId>"
    identification_confidence_code = v.identification_confidence_code
    if identification_confidence_code is not None:
        s += f"<IdentificationConfidenceCode>{identification_confidence_code._value_}</IdentificationConfidenceCode>"
    for image in v.image:
        s += f"<Image>{_write_Image(image)}</Image>"
    return s


def _write_Location(v: Location) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<Country>{v.country._value_}</Country>"
    subdivision_code = v.subdivision_code
    if subdivision_code is not None:
        s += f"<SubdivisionCode>{write_text(subdivision_code)}</SubdivisionCode>"
    locode_code = v.locode_code
    if locode_code is not None:
        s += f"<LocodeCode>{write_text(locode_code)}</LocodeCode>"
    locality_text = v.locality_text
    if locality_text is not None:
        s += f"<LocalityText>{write_text(locality_text)}</LocalityText>"
    latitude = v.latitude
    if latitude is not None:
        s += f"<Latitude>{latitude:f}</Latitude>"
    longitude = v.longitude
    if longitude is not None:
        s += f"<Longitude>{longitude:f}</Longitude>"
    return s


def _write_FirearmRecord(v: FirearmRecord) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<RecordId>{write_text(v.record_id)}</RecordId><NationalRecordId>{write_text(v.national_record_id)}</NationalRecordId><OwnerAgencyId>{write_text(v.owner_agency_id)}</OwnerAgencyId><Version>{v.version:d}</Version><RecordTypeCode>{v.record_type_code._value_}</RecordTypeCode>"
    for illicit_basis_code in v.illicit_basis_code:
        s += f"<IllicitBasisCode>{illicit_basis_code._value_}</IllicitBasisCode>"
    s += f"<StatusCode>{v.status_code._value_}</StatusCode><Firearm>{_write_Firearm(v.firearm)}</Firearm><EventDate>{write_text(v.event_date)}</EventDate>"
    event_location = v.event_location
    if event_location is not None:
        s += f"<EventLocation>{_write_Location(event_location)}</EventLocation>"
    for offence_code in v.offence_code:
        s += f"<OffenceCode>{write_text(offence_code)}</OffenceCode>"
    circumstance_text = v.circumstance_text
    if circumstance_text is not None:
        s += f"<CircumstanceText>{write_text(circumstance_text)}</CircumstanceText>"
    owner_category_code = v.owner_category_code
    if owner_category_code is not None:
        s += f"<OwnerCategoryCode>{owner_category_code._value_}</OwnerCategoryCode>"
    batch_theft_reference = v.batch_theft_reference
    if batch_theft_reference is not None:
        s += f"<BatchTheftReference>{write_text(batch_theft_reference)}</BatchTheftReference>"
    for caution_code in v.caution_code:
        s += f"<CautionCode>{caution_code._value_}</CautionCode>"
    s += f"<ActionRequestedCode>{v.action_requested_code._value_}</ActionRequestedCode>"
    for contact_point in v.contact_point:
        s += f"<ContactPoint>{_write_ContactPoint(contact_point)}</ContactPoint>"
    s += f"<EnteredTimestamp>{write_timestamp(v.entered_timestamp)}</EnteredTimestamp><ReviewDate>{write_date(v.review_date)}</ReviewDate>"
    for handling_code in v.handling_code:
        s += f"<HandlingCode>{handling_code._value_}</HandlingCode>"
    for access_restriction in v.access_restriction:
        s += f"<AccessRestriction>{_write_AccessRestriction(access_restriction)}</AccessRestriction>"
    closure_reason_code = v.closure_reason_code
    if closure_reason_code is not None:
        s += f"<ClosureReasonCode>{closure_reason_code._value_}</ClosureReasonCode>"
    for related_record_id in v.related_record_id:
        s += f"<RelatedRecordId>{write_text(related_record_id)}</RelatedRecordId>"
    return s


def _write_RecordResult(v: RecordResult) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = ""
    record_id = v.record_id
    if record_id is not None:
        s += f"<RecordId>{write_text(record_id)}</RecordId>"
    national_record_id = v.national_record_id
    if national_record_id is not None:
        s += f"<NationalRecordId>{write_text(national_record_id)}</NationalRecordId>"
    s += f"<ResultCode>{v.result_code._value_}</ResultCode>"
    version = v.version
    if version is not None:
        s += f"<Version>{version:d}</Version>"
    for finding in v.finding:
        s += f"<Finding>{_write_Finding(finding)}</Finding>"
    return s


def _write_FirearmRecordResult(v: FirearmRecordResult) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><RecordResult>{_write_RecordResult(v.record_result)}</RecordResult>"
    return s


def _write_StatusChange(v: StatusChange) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<RecordId>{write_text(v.record_id)}</RecordId><BaseVersion>{v.base_version:d}</BaseVersion><StatusCode>{v.status_code._value_}</StatusCode>"
    closure_reason_code = v.closure_reason_code
    if closure_reason_code is not None:
        s += f"<ClosureReasonCode>{closure_reason_code._value_}</ClosureReasonCode>"
    recovery_date = v.recovery_date
    if recovery_date is not None:
        s += f"<RecoveryDate>{write_text(recovery_date)}</RecoveryDate>"
    remark_text = v.remark_text
    if remark_text is not None:
        s += f"<RemarkText>{write_text(remark_text)}</RemarkText>"
    return s


def _write_FirearmRecordStatusChange(v: FirearmRecordStatusChange) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><StatusChange>{_write_StatusChange(v.status_change)}</StatusChange>"
    return s


def _write_FirearmRecordSubmit(v: FirearmRecordSubmit) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><FirearmRecord>{_write_FirearmRecord(v.firearm_record)}</FirearmRecord>"
    return s


def _write_RecordUpdate(v: RecordUpdate) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<BaseVersion>{v.base_version:d}</BaseVersion><FirearmRecord>{_write_FirearmRecord(v.firearm_record)}</FirearmRecord>"
    return s


def _write_FirearmRecordUpdate(v: FirearmRecordUpdate) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><RecordUpdate>{_write_RecordUpdate(v.record_update)}</RecordUpdate>"
    return s


def _write_Hit(v: Hit) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<HitId>{write_text(v.hit_id)}</HitId><HitRoleCode>{v.hit_role_code._value_}</HitRoleCode><HitOriginCode>{v.hit_origin_code._value_}</HitOriginCode><GradeCode>{v.grade_code._value_}</GradeCode><ScoreDecimal>{v.score_decimal:f}</ScoreDecimal>"
    for match_reason in v.match_reason:
        s += f"<MatchReason>{_write_MatchReason(match_reason)}</MatchReason>"
    s += f"<RecordId>{write_text(v.record_id)}</RecordId>"
    national_record_id = v.national_record_id
    if national_record_id is not None:
        s += f"<NationalRecordId>{write_text(national_record_id)}</NationalRecordId>"
    s += f"<RecordVersion>{v.record_version:d}</RecordVersion><OwnerAgencyId>{write_text(v.owner_agency_id)}</OwnerAgencyId><FinderAgencyId>{write_text(v.finder_agency_id)}</FinderAgencyId>"
    search_id = v.search_id
    if search_id is not None:
        s += f"<SearchId>{write_text(search_id)}</SearchId>"
    seizure_id = v.seizure_id
    if seizure_id is not None:
        s += f"<SeizureId>{write_text(seizure_id)}</SeizureId>"
    item_id = v.item_id
    if item_id is not None:
        s += f"<ItemId>{write_text(item_id)}</ItemId>"
    s += f"<RaisedTimestamp>{write_timestamp(v.raised_timestamp)}</RaisedTimestamp><RecordedFirearm>{_write_FirearmDescription(v.recorded_firearm)}</RecordedFirearm><FoundFirearm>{_write_FirearmDescription(v.found_firearm)}</FoundFirearm><RecordTypeCode>{v.record_type_code._value_}</RecordTypeCode><EventDate>{write_text(v.event_date)}</EventDate>"
    found_location = v.found_location
    if found_location is not None:
        s += f"<FoundLocation>{_write_Location(found_location)}</FoundLocation>"
    found_timestamp = v.found_timestamp
    if found_timestamp is not None:
        s += f"<FoundTimestamp>{write_timestamp(found_timestamp)}</FoundTimestamp>"
    exhibit_reference = v.exhibit_reference
    if exhibit_reference is not None:
        s += f"<ExhibitReference>{write_text(exhibit_reference)}</ExhibitReference>"
    for caution_code in v.caution_code:
        s += f"<CautionCode>{caution_code._value_}</CautionCode>"
    s += f"<ActionRequestedCode>{v.action_requested_code._value_}</ActionRequestedCode>"
    for contact_point in v.contact_point:
        s += f"<ContactPoint>{_write_ContactPoint(contact_point)}</ContactPoint>"
    delayed_indicator = v.delayed_indicator
    if delayed_indicator is not None:
        s += f"<DelayedIndicator>{'true' if delayed_indicator else 'false'}</DelayedIndicator>"
    return s


def _write_HitClose(v: HitClose) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><HitId>{write_text(v.hit_id)}</HitId>"
    remark_text = v.remark_text
    if remark_text is not None:
        s += f"<RemarkText>{write_text(remark_text)}</RemarkText>"
    return s


def _write_HitConfirmRequest(v: HitConfirmRequest) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><HitId>{write_text(v.hit_id)}</HitId><ConfirmationUrgencyCode>{v.confirmation_urgency_code._value_}</ConfirmationUrgencyCode>"
    remark_text = v.remark_text
    if remark_text is not None:
        s += f"<RemarkText>{write_text(remark_text)}</RemarkText>"
    for contact_point in v.contact_point:
        s += f"<ContactPoint>{_write_ContactPoint(contact_point)}</ContactPoint>"
    return s


def _write_HitConfirmResponse(v: HitConfirmResponse) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><HitId>{write_text(v.hit_id)}</HitId><HitAnswerCode>{v.hit_answer_code._value_}</HitAnswerCode>"
    promised_timestamp = v.promised_timestamp
    if promised_timestamp is not None:
        s += f"<PromisedTimestamp>{write_timestamp(promised_timestamp)}</PromisedTimestamp>"
    remark_text = v.remark_text
    if remark_text is not None:
        s += f"<RemarkText>{write_text(remark_text)}</RemarkText>"
    for contact_point in v.contact_point:
        s += f"<ContactPoint>{_write_ContactPoint(contact_point)}</ContactPoint>"
    return s


def _write_HitNotice(v: HitNotice) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><Hit>{_write_Hit(v.hit)}</Hit>"
    return s


def _write_HitReceipt(v: HitReceipt) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><HitId>{write_text(v.hit_id)}</HitId><HitRoleCode>{v.hit_role_code._value_}</HitRoleCode><ReceivedTimestamp>{write_timestamp(v.received_timestamp)}</ReceivedTimestamp>"
    return s


def _write_HitRevoke(v: HitRevoke) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><HitId>{write_text(v.hit_id)}</HitId><FalseHitReasonCode>{v.false_hit_reason_code._value_}</FalseHitReasonCode>"
    remark_text = v.remark_text
    if remark_text is not None:
        s += f"<RemarkText>{write_text(remark_text)}</RemarkText>"
    return s


def _write_HitSeizure(v: HitSeizure) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><HitId>{write_text(v.hit_id)}</HitId><SeizureTimestamp>{write_timestamp(v.seizure_timestamp)}</SeizureTimestamp><Location>{_write_Location(v.location)}</Location><LegalJustificationText>{write_text(v.legal_justification_text)}</LegalJustificationText>"
    exhibit_reference = v.exhibit_reference
    if exhibit_reference is not None:
        s += f"<ExhibitReference>{write_text(exhibit_reference)}</ExhibitReference>"
    custody_agency_id = v.custody_agency_id
    if custody_agency_id is not None:
        s += f"<CustodyAgencyId>{write_text(custody_agency_id)}</CustodyAgencyId>"
    remark_text = v.remark_text
    if remark_text is not None:
        s += f"<RemarkText>{write_text(remark_text)}</RemarkText>"
    for contact_point in v.contact_point:
        s += f"<ContactPoint>{_write_ContactPoint(contact_point)}</ContactPoint>"
    return s


def _write_HitStatus(v: HitStatus) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<HitId>{write_text(v.hit_id)}</HitId><HitRoleCode>{v.hit_role_code._value_}</HitRoleCode><HitStateCode>{v.hit_state_code._value_}</HitStateCode><HitStepCode>{v.hit_step_code._value_}</HitStepCode><ActorAgencyId>{write_text(v.actor_agency_id)}</ActorAgencyId><StepTimestamp>{write_timestamp(v.step_timestamp)}</StepTimestamp><RecordId>{write_text(v.record_id)}</RecordId>"
    national_record_id = v.national_record_id
    if national_record_id is not None:
        s += f"<NationalRecordId>{write_text(national_record_id)}</NationalRecordId>"
    s += f"<OwnerAgencyId>{write_text(v.owner_agency_id)}</OwnerAgencyId><FinderAgencyId>{write_text(v.finder_agency_id)}</FinderAgencyId><GradeCode>{v.grade_code._value_}</GradeCode><AddresseeCode>{v.addressee_code._value_}</AddresseeCode>"
    for expected_step_code in v.expected_step_code:
        s += f"<ExpectedStepCode>{expected_step_code._value_}</ExpectedStepCode>"
    request_number = v.request_number
    if request_number is not None:
        s += f"<RequestNumber>{request_number:d}</RequestNumber>"
    confirmation_urgency_code = v.confirmation_urgency_code
    if confirmation_urgency_code is not None:
        s += f"<ConfirmationUrgencyCode>{confirmation_urgency_code._value_}</ConfirmationUrgencyCode>"
    answer_due_timestamp = v.answer_due_timestamp
    if answer_due_timestamp is not None:
        s += f"<AnswerDueTimestamp>{write_timestamp(answer_due_timestamp)}</AnswerDueTimestamp>"
    promised_timestamp = v.promised_timestamp
    if promised_timestamp is not None:
        s += f"<PromisedTimestamp>{write_timestamp(promised_timestamp)}</PromisedTimestamp>"
    hit_answer_code = v.hit_answer_code
    if hit_answer_code is not None:
        s += f"<HitAnswerCode>{hit_answer_code._value_}</HitAnswerCode>"
    false_hit_reason_code = v.false_hit_reason_code
    if false_hit_reason_code is not None:
        s += f"<FalseHitReasonCode>{false_hit_reason_code._value_}</FalseHitReasonCode>"
    hit_revoke_reason_code = v.hit_revoke_reason_code
    if hit_revoke_reason_code is not None:
        s += f"<HitRevokeReasonCode>{hit_revoke_reason_code._value_}</HitRevokeReasonCode>"
    seizure_timestamp = v.seizure_timestamp
    if seizure_timestamp is not None:
        s += f"<SeizureTimestamp>{write_timestamp(seizure_timestamp)}</SeizureTimestamp>"
    seizure_location = v.seizure_location
    if seizure_location is not None:
        s += f"<SeizureLocation>{_write_Location(seizure_location)}</SeizureLocation>"
    exhibit_reference = v.exhibit_reference
    if exhibit_reference is not None:
        s += f"<ExhibitReference>{write_text(exhibit_reference)}</ExhibitReference>"
    custody_agency_id = v.custody_agency_id
    if custody_agency_id is not None:
        s += f"<CustodyAgencyId>{write_text(custody_agency_id)}</CustodyAgencyId>"
    disposition_code = v.disposition_code
    if disposition_code is not None:
        s += f"<DispositionCode>{disposition_code._value_}</DispositionCode>"
    disposition_date = v.disposition_date
    if disposition_date is not None:
        s += f"<DispositionDate>{write_date(disposition_date)}</DispositionDate>"
    remark_text = v.remark_text
    if remark_text is not None:
        s += f"<RemarkText>{write_text(remark_text)}</RemarkText>"
    for contact_point in v.contact_point:
        s += f"<ContactPoint>{_write_ContactPoint(contact_point)}</ContactPoint>"
    office_state_code = v.office_state_code
    if office_state_code is not None:
        s += f"<OfficeStateCode>{office_state_code._value_}</OfficeStateCode>"
    office_opens_timestamp = v.office_opens_timestamp
    if office_opens_timestamp is not None:
        s += f"<OfficeOpensTimestamp>{write_timestamp(office_opens_timestamp)}</OfficeOpensTimestamp>"
    duty_officer = v.duty_officer
    if duty_officer is not None:
        s += f"<DutyOfficer>{_write_ContactPoint(duty_officer)}</DutyOfficer>"
    return s


def _write_HitStatusNotice(v: HitStatusNotice) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><HitStatus>{_write_HitStatus(v.hit_status)}</HitStatus>"
    return s


def _write_ItemStatus(v: ItemStatus) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<RequestedInformationCode>{v.requested_information_code._value_}</RequestedInformationCode><ItemStatusCode>{v.item_status_code._value_}</ItemStatusCode>"
    for restriction_reason_code in v.restriction_reason_code:
        s += f"<RestrictionReasonCode>{restriction_reason_code._value_}</RestrictionReasonCode>"
    explanation_text = v.explanation_text
    if explanation_text is not None:
        s += f"<ExplanationText>{write_text(explanation_text)}</ExplanationText>"
    return s


def _write_KeptMessage(v: KeptMessage) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<Number>{v.number:d}</Number>"
    for envelope_part in v.envelope_part:
        s += f"<EnvelopePart>{write_text(envelope_part)}</EnvelopePart>"
    return s


def _write_NumberRange(v: NumberRange) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<FirstNumber>{v.first_number:d}</FirstNumber><LastNumber>{v.last_number:d}</LastNumber>"
    return s


def _write_KeptMessages(v: KeptMessages) -> str:
    s = f"<SentNumber>{v.sent_number:d}</SentNumber>"
    for kept_message in v.kept_message:
        s += f"<KeptMessage>{_write_KeptMessage(kept_message)}</KeptMessage>"
    s += ''.join([
        f"<NumberRange>{_write_NumberRange(number_range)}</NumberRange>"
        for number_range in v.number_range
    ])
    return s


def _write_MissingItem(v: MissingItem) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<MissingItemCode>{v.missing_item_code._value_}</MissingItemCode>"
    question_text = v.question_text
    if question_text is not None:
        s += f"<QuestionText>{write_text(question_text)}</QuestionText>"
    return s


def _write_OfficeAbsence(v: OfficeAbsence) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<BeginTimestamp>{write_timestamp(v.begin_timestamp)}</BeginTimestamp><EndTimestamp>{write_timestamp(v.end_timestamp)}</EndTimestamp><WillForwardIndicator>{'true' if v.will_forward_indicator else 'false'}</WillForwardIndicator>"
    reason_text = v.reason_text
    if reason_text is not None:
        s += f"<ReasonText>{write_text(reason_text)}</ReasonText>"
    return s


def _write_OfficeCalendar(v: OfficeCalendar) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<TimeZoneName>{write_text(v.time_zone_name)}</TimeZoneName>"
    for opening_span in v.opening_span:
        s += f"<OpeningSpan>{write_text(opening_span)}</OpeningSpan>"
    for rest_day in v.rest_day:
        s += f"<RestDay>{write_text(rest_day)}</RestDay>"
    for closed_date in v.closed_date:
        s += f"<ClosedDate>{write_date(closed_date)}</ClosedDate>"
    for office_absence in v.office_absence:
        s += f"<OfficeAbsence>{_write_OfficeAbsence(office_absence)}</OfficeAbsence>"
    return s


def _write_OfficeHoursNotice(v: OfficeHoursNotice) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context>"
    for opening_span in v.opening_span:
        s += f"<OpeningSpan>{write_text(opening_span)}</OpeningSpan>"
    s += f"<TimeZoneName>{write_text(v.time_zone_name)}</TimeZoneName>"
    duty_officer = v.duty_officer
    if duty_officer is not None:
        s += f"<DutyOfficer>{_write_ContactPoint(duty_officer)}</DutyOfficer>"
    return s


def _write_PriorSearch(v: PriorSearch) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<SearchId>{write_text(v.search_id)}</SearchId><SearchTimestamp>{write_timestamp(v.search_timestamp)}</SearchTimestamp><SearchResultCode>{v.search_result_code._value_}</SearchResultCode>"
    message_id = v.message_id
    if message_id is not None:
        s += f"<MessageId>{write_text(message_id)}</MessageId>"
    message_digest = v.message_digest
    if message_digest is not None:
        s += f"<MessageDigest>{write_text(message_digest)}</MessageDigest>"
    return s


def _write_ReceiptItem(v: ReceiptItem) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<MessageId>{write_text(v.message_id)}</MessageId><OutcomeCode>{v.outcome_code._value_}</OutcomeCode><LevelCode>{v.level_code._value_}</LevelCode><ReceivedTimestamp>{write_timestamp(v.received_timestamp)}</ReceivedTimestamp><EnvelopeDigest>{write_text(v.envelope_digest)}</EnvelopeDigest>"
    fault_code = v.fault_code
    if fault_code is not None:
        s += f"<FaultCode>{write_text(fault_code)}</FaultCode>"
    remark_text = v.remark_text
    if remark_text is not None:
        s += f"<RemarkText>{write_text(remark_text)}</RemarkText>"
    return s


def _write_Receipt(v: Receipt) -> str:
    s = ""
    s += ''.join([
        f"<ReceiptItem>{_write_ReceiptItem(receipt_item)}</ReceiptItem>"
        for receipt_item in v.receipt_item
    ])
    return s


def _write_RecordBatchItem(v: RecordBatchItem) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<ItemId>{write_text(v.item_id)}</ItemId>"
    firearm_record = v.firearm_record
    if firearm_record is not None:
        s += f"<FirearmRecord>{_write_FirearmRecord(firearm_record)}</FirearmRecord>"
    record_update = v.record_update
    if record_update is not None:
        s += f"<RecordUpdate>{_write_RecordUpdate(record_update)}</RecordUpdate>"
    status_change = v.status_change
    if status_change is not None:
        s += f"<StatusChange>{_write_StatusChange(status_change)}</StatusChange>"
    return s


def _write_RecordBatch(v: RecordBatch) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context>"
    s += ''.join([
        f"<RecordBatchItem>{_write_RecordBatchItem(record_batch_item)}</RecordBatchItem>"
        for record_batch_item in v.record_batch_item
    ])
    return s


def _write_RecordBatchResult(v: RecordBatchResult) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<ItemId>{write_text(v.item_id)}</ItemId><RecordResult>{_write_RecordResult(v.record_result)}</RecordResult>"
    return s


def _write_RecordBatchReport(v: RecordBatchReport) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context>"
    s += ''.join([
        f"<RecordBatchResult>{_write_RecordBatchResult(record_batch_result)}</RecordBatchResult>"
        for record_batch_result in v.record_batch_result
    ])
    return s


def _write_RecordExtract(v: RecordExtract) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><RecordId>{write_text(v.record_id)}</RecordId>"
    firearm_record = v.firearm_record
    if firearm_record is not None:
        s += f"<FirearmRecord>{_write_FirearmRecord(firearm_record)}</FirearmRecord>"
    for finding in v.finding:
        s += f"<Finding>{_write_Finding(finding)}</Finding>"
    return s


def _write_RecordRead(v: RecordRead) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><RecordId>{write_text(v.record_id)}</RecordId><ReasonCode>{v.reason_code._value_}</ReasonCode><JustificationText>{write_text(v.justification_text)}</JustificationText>"
    return s


def _write_ResendRequest(v: ResendRequest) -> str:
    s = ""
    for number_range in v.number_range:
        s += f"<NumberRange>{_write_NumberRange(number_range)}</NumberRange>"
    return s


def _write_ReviewDecision(v: ReviewDecision) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<RecordId>{write_text(v.record_id)}</RecordId><BaseVersion>{v.base_version:d}</BaseVersion><ReviewDecisionCode>{v.review_decision_code._value_}</ReviewDecisionCode>"
    review_date = v.review_date
    if review_date is not None:
        s += f"<ReviewDate>{write_date(review_date)}</ReviewDate>"
    closure_reason_code = v.closure_reason_code
    if closure_reason_code is not None:
        s += f"<ClosureReasonCode>{closure_reason_code._value_}</ClosureReasonCode>"
    recovery_date = v.recovery_date
    if recovery_date is not None:
        s += f"<RecoveryDate>{write_text(recovery_date)}</RecoveryDate>"
    return s


def _write_ReviewConfirm(v: ReviewConfirm) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context>"
    s += ''.join([
        f"<ReviewDecision>{_write_ReviewDecision(review_decision)}</ReviewDecision>"
        for review_decision in v.review_decision
    ])
    return s


def _write_ReviewItem(v: ReviewItem) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<RecordId>{write_text(v.record_id)}</RecordId><NationalRecordId>{write_text(v.national_record_id)}</NationalRecordId><ReviewNoticeCode>{v.review_notice_code._value_}</ReviewNoticeCode><StatusCode>{v.status_code._value_}</StatusCode><Version>{v.version:d}</Version><ReviewDate>{write_date(v.review_date)}</ReviewDate><ExtensionQuantity>{v.extension_quantity:d}</ExtensionQuantity>"
    return s


def _write_ReviewDue(v: ReviewDue) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context>"
    s += ''.join([
        f"<ReviewItem>{_write_ReviewItem(review_item)}</ReviewItem>"
        for review_item in v.review_item
    ])
    return s


def _write_Routing(v: Routing) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = ""
    origin_country = v.origin_country
    if origin_country is not None:
        s += f"<OriginCountry>{origin_country._value_}</OriginCountry>"
    departure_country = v.departure_country
    if departure_country is not None:
        s += f"<DepartureCountry>{departure_country._value_}</DepartureCountry>"
    for transit_country in v.transit_country:
        s += f"<TransitCountry>{transit_country._value_}</TransitCountry>"
    destination_country = v.destination_country
    if destination_country is not None:
        s += f"<DestinationCountry>{destination_country._value_}</DestinationCountry>"
    return s


def _write_Search(v: Search) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<SearchId>{write_text(v.search_id)}</SearchId><ReasonCode>{v.reason_code._value_}</ReasonCode><ObjectInSightIndicator>{'true' if v.object_in_sight_indicator else 'false'}</ObjectInSightIndicator><PlaceOfCheckCountry>{v.place_of_check_country._value_}</PlaceOfCheckCountry><Firearm>{_write_FirearmDescription(v.firearm)}</Firearm>"
    minimum_grade_code = v.minimum_grade_code
    if minimum_grade_code is not None:
        s += f"<MinimumGradeCode>{minimum_grade_code._value_}</MinimumGradeCode>"
    s += f"<StoreForDelayedHitIndicator>{'true' if v.store_for_delayed_hit_indicator else 'false'}</StoreForDelayedHitIndicator>"
    max_results = v.max_results
    if max_results is not None:
        s += f"<MaxResults>{max_results:d}</MaxResults>"
    for contact_point in v.contact_point:
        s += f"<ContactPoint>{_write_ContactPoint(contact_point)}</ContactPoint>"
    return s


def _write_SearchBatchItem(v: SearchBatchItem) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<ItemId>{write_text(v.item_id)}</ItemId><Search>{_write_Search(v.search)}</Search>"
    return s


def _write_SearchBatch(v: SearchBatch) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context>"
    s += ''.join([
        f"<SearchBatchItem>{_write_SearchBatchItem(search_batch_item)}</SearchBatchItem>"
        for search_batch_item in v.search_batch_item
    ])
    return s


def _write_SearchResult(v: SearchResult) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<SearchId>{write_text(v.search_id)}</SearchId><ResultCode>{v.result_code._value_}</ResultCode>"
    for candidate in v.candidate:
        s += f"<Candidate>{_write_Candidate(candidate)}</Candidate>"
    weak_count = v.weak_count
    if weak_count is not None:
        s += f"<WeakCount>{weak_count:d}</WeakCount>"
    s += f"<RegistryTimestamp>{write_timestamp(v.registry_timestamp)}</RegistryTimestamp>"
    for finding in v.finding:
        s += f"<Finding>{_write_Finding(finding)}</Finding>"
    return s


def _write_SearchBatchResult(v: SearchBatchResult) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<ItemId>{write_text(v.item_id)}</ItemId><SearchResult>{_write_SearchResult(v.search_result)}</SearchResult>"
    return s


def _write_SearchBatchReport(v: SearchBatchReport) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context>"
    s += ''.join([
        f"<SearchBatchResult>{_write_SearchBatchResult(search_batch_result)}</SearchBatchResult>"
        for search_batch_result in v.search_batch_result
    ])
    return s


def _write_SearchRequest(v: SearchRequest) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><Search>{_write_Search(v.search)}</Search>"
    return s


def _write_SearchResponse(v: SearchResponse) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><SearchResult>{_write_SearchResult(v.search_result)}</SearchResult>"
    return s


def _write_SeizedFirearm(v: SeizedFirearm) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<ItemId>{write_text(v.item_id)}</ItemId><Firearm>{_write_Firearm(v.firearm)}</Firearm>"
    return s


def _write_Seizure(v: Seizure) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<SeizureId>{write_text(v.seizure_id)}</SeizureId><SeizingAgencyId>{write_text(v.seizing_agency_id)}</SeizingAgencyId><AcquisitionModeCode>{v.acquisition_mode_code._value_}</AcquisitionModeCode><SeizureTimestamp>{write_timestamp(v.seizure_timestamp)}</SeizureTimestamp><Location>{_write_Location(v.location)}</Location>"
    location_kind_code = v.location_kind_code
    if location_kind_code is not None:
        s += f"<LocationKindCode>{location_kind_code._value_}</LocationKindCode>"
    for context_code in v.context_code:
        s += f"<ContextCode>{context_code._value_}</ContextCode>"
    s += ''.join([
        f"<SeizedFirearm>{_write_SeizedFirearm(seized_firearm)}</SeizedFirearm>"
        for seized_firearm in v.seized_firearm
    ])
    consignment = v.consignment
    if consignment is not None:
        s += f"<Consignment>{_write_Consignment(consignment)}</Consignment>"
    transport_mode_code = v.transport_mode_code
    if transport_mode_code is not None:
        s += f"<TransportModeCode>{transport_mode_code._value_}</TransportModeCode>"
    concealment_text = v.concealment_text
    if concealment_text is not None:
        s += f"<ConcealmentText>{write_text(concealment_text)}</ConcealmentText>"
    detection_method_code = v.detection_method_code
    if detection_method_code is not None:
        s += f"<DetectionMethodCode>{detection_method_code._value_}</DetectionMethodCode>"
    routing = v.routing
    if routing is not None:
        s += f"<Routing>{_write_Routing(routing)}</Routing>"
    for hs_code in v.hs_code:
        s += f"<HSCode>{write_text(hs_code)}</HSCode>"
    s += f"<LegalJustificationText>{write_text(v.legal_justification_text)}</LegalJustificationText>"
    custody_agency_id = v.custody_agency_id
    if custody_agency_id is not None:
        s += f"<CustodyAgencyId>{write_text(custody_agency_id)}</CustodyAgencyId>"
    exhibit_reference = v.exhibit_reference
    if exhibit_reference is not None:
        s += f"<ExhibitReference>{write_text(exhibit_reference)}</ExhibitReference>"
    for ballistic_reference in v.ballistic_reference:
        s += f"<BallisticReference{_write_BallisticReference(ballistic_reference)}</BallisticReference>"
    for contact_point in v.contact_point:
        s += f"<ContactPoint>{_write_ContactPoint(contact_point)}</ContactPoint>"
    return s


def _write_SeizureNotice(v: SeizureNotice) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><Seizure>{_write_Seizure(v.seizure)}</Seizure>"
    return s


def _write_StatFilter(v: StatFilter) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<StatDimensionCode>{v.stat_dimension_code._value_}</StatDimensionCode>"
    for value_text in v.value_text:
        s += f"<ValueText>{write_text(value_text)}</ValueText>"
    return s


def _write_StatOrigin(v: StatOrigin) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<ThresholdQuantity>{v.threshold_quantity:d}</ThresholdQuantity>"
    for cell_dimension_code in v.cell_dimension_code:
        s += f"<CellDimensionCode>{cell_dimension_code._value_}</CellDimensionCode>"
    log_position = v.log_position
    if log_position is not None:
        s += f"<LogPosition>{log_position:d}</LogPosition>"
    s += f"<LogDigest>{write_text(v.log_digest)}</LogDigest><CountedTimestamp>{write_timestamp(v.counted_timestamp)}</CountedTimestamp><AutomaticIndicator>{'true' if v.automatic_indicator else 'false'}</AutomaticIndicator><DefinitionText>{write_text(v.definition_text)}</DefinitionText><CaveatText>{write_text(v.caveat_text)}</CaveatText>"
    return s


def _write_StatQuestion(v: StatQuestion) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<StatQueryId>{write_text(v.stat_query_id)}</StatQueryId><StatMeasureCode>{v.stat_measure_code._value_}</StatMeasureCode>"
    for stat_period in v.stat_period:
        s += f"<StatPeriod>{write_text(stat_period)}</StatPeriod>"
    for stat_dimension_code in v.stat_dimension_code:
        s += f"<StatDimensionCode>{stat_dimension_code._value_}</StatDimensionCode>"
    for stat_filter in v.stat_filter:
        s += f"<StatFilter>{_write_StatFilter(stat_filter)}</StatFilter>"
    intended_use_text = v.intended_use_text
    if intended_use_text is not None:
        s += f"<IntendedUseText>{write_text(intended_use_text)}</IntendedUseText>"
    return s


def _write_StatQuery(v: StatQuery) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><StatQuestion>{_write_StatQuestion(v.stat_question)}</StatQuestion>"
    return s


def _write_StatRow(v: StatRow) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<StatPeriod>{write_text(v.stat_period)}</StatPeriod>"
    for value_text in v.value_text:
        s += f"<ValueText>{write_text(value_text)}</ValueText>"
    s += f"<CountQuantity>{v.count_quantity:d}</CountQuantity>"
    return s


def _write_StatReport(v: StatReport) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><StatQueryId>{write_text(v.stat_query_id)}</StatQueryId><StatAnswerCode>{v.stat_answer_code._value_}</StatAnswerCode>"
    stat_refusal_code = v.stat_refusal_code
    if stat_refusal_code is not None:
        s += f"<StatRefusalCode>{stat_refusal_code._value_}</StatRefusalCode>"
    explanation_text = v.explanation_text
    if explanation_text is not None:
        s += f"<ExplanationText>{write_text(explanation_text)}</ExplanationText>"
    stat_origin = v.stat_origin
    if stat_origin is not None:
        s += f"<StatOrigin>{_write_StatOrigin(stat_origin)}</StatOrigin>"
    s += ''.join([
        f"<StatRow>{_write_StatRow(stat_row)}</StatRow>"
        for stat_row in v.stat_row
    ])
    return s


def _write_SuppliedItem(v: SuppliedItem) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<MissingItemCode>{v.missing_item_code._value_}</MissingItemCode>"
    answer_text = v.answer_text
    if answer_text is not None:
        s += f"<AnswerText>{write_text(answer_text)}</AnswerText>"
    return s


def _write_TraceAct(v: TraceAct) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<TraceId>{write_text(v.trace_id)}</TraceId><ActNumber>{v.act_number:d}</ActNumber><SeenActNumber>{v.seen_act_number:d}</SeenActNumber>"
    seen_digest = v.seen_digest
    if seen_digest is not None:
        s += f"<SeenDigest>{write_text(seen_digest)}</SeenDigest>"
    return s


def _write_TraceAck(v: TraceAck) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><TraceAct>{_write_TraceAct(v.trace_act)}</TraceAct><TraceAckCode>{v.trace_ack_code._value_}</TraceAckCode>"
    trace_rejection_code = v.trace_rejection_code
    if trace_rejection_code is not None:
        s += f"<TraceRejectionCode>{trace_rejection_code._value_}</TraceRejectionCode>"
    explanation_text = v.explanation_text
    if explanation_text is not None:
        s += f"<ExplanationText>{write_text(explanation_text)}</ExplanationText>"
    handler_reference = v.handler_reference
    if handler_reference is not None:
        s += f"<HandlerReference>{write_text(handler_reference)}</HandlerReference>"
    expected_answer_date = v.expected_answer_date
    if expected_answer_date is not None:
        s += f"<ExpectedAnswerDate>{write_date(expected_answer_date)}</ExpectedAnswerDate>"
    better_country = v.better_country
    if better_country is not None:
        s += f"<BetterCountry>{better_country._value_}</BetterCountry>"
    return s


def _write_TraceDocument(v: TraceDocument) -> str:
    s = ""
    s += ' kind="' + v.kind._value_ + '"'
    return f"{s}>{write_text(v.value)}"


def _write_TraceLink(v: TraceLink) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<SequenceNumber>{v.sequence_number:d}</SequenceNumber><TraceRoleCode>{v.trace_role_code._value_}</TraceRoleCode><Country>{v.country._value_}</Country>"
    party_name = v.party_name
    if party_name is not None:
        s += f"<PartyName>{write_text(party_name)}</PartyName>"
    from_date = v.from_date
    if from_date is not None:
        s += f"<FromDate>{write_text(from_date)}</FromDate>"
    to_date = v.to_date
    if to_date is not None:
        s += f"<ToDate>{write_text(to_date)}</ToDate>"
    next_country = v.next_country
    if next_country is not None:
        s += f"<NextCountry>{next_country._value_}</NextCountry>"
    for trace_document in v.trace_document:
        s += f"<TraceDocument{_write_TraceDocument(trace_document)}</TraceDocument>"
    s += f"<LegalityCode>{v.legality_code._value_}</LegalityCode>"
    diversion_indicator = v.diversion_indicator
    if diversion_indicator is not None:
        s += f"<DiversionIndicator>{'true' if diversion_indicator else 'false'}</DiversionIndicator>"
    remark_text = v.remark_text
    if remark_text is not None:
        s += f"<RemarkText>{write_text(remark_text)}</RemarkText>"
    return s


def _write_TraceAnswer(v: TraceAnswer) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<ResponseKindCode>{v.response_kind_code._value_}</ResponseKindCode>"
    for trace_outcome_code in v.trace_outcome_code:
        s += f"<TraceOutcomeCode>{trace_outcome_code._value_}</TraceOutcomeCode>"
    for item_status in v.item_status:
        s += f"<ItemStatus>{_write_ItemStatus(item_status)}</ItemStatus>"
    for trace_link in v.trace_link:
        s += f"<TraceLink>{_write_TraceLink(trace_link)}</TraceLink>"
    next_country = v.next_country
    if next_country is not None:
        s += f"<NextCountry>{next_country._value_}</NextCountry>"
    use_condition_text = v.use_condition_text
    if use_condition_text is not None:
        s += f"<UseConditionText>{write_text(use_condition_text)}</UseConditionText>"
    explanation_text = v.explanation_text
    if explanation_text is not None:
        s += f"<ExplanationText>{write_text(explanation_text)}</ExplanationText>"
    automatic_indicator = v.automatic_indicator
    if automatic_indicator is not None:
        s += f"<AutomaticIndicator>{'true' if automatic_indicator else 'false'}</AutomaticIndicator>"
    return s


def _write_TraceAttachment(v: TraceAttachment) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><TraceAct>{_write_TraceAct(v.trace_act)}</TraceAct><FileName>{write_text(v.file_name)}</FileName><MediaType>{write_text(v.media_type)}</MediaType><SizeQuantity>{v.size_quantity:d}</SizeQuantity><ContentDigest>{write_text(v.content_digest)}</ContentDigest>"
    view_code = v.view_code
    if view_code is not None:
        s += f"<ViewCode>{view_code._value_}</ViewCode>"
    description_text = v.description_text
    if description_text is not None:
        s += f"<DescriptionText>{write_text(description_text)}</DescriptionText>"
    for content_part in v.content_part:
        s += f"<ContentPart>{write_text(content_part)}</ContentPart>"
    return s


def _write_TraceCancel(v: TraceCancel) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><TraceAct>{_write_TraceAct(v.trace_act)}</TraceAct><TraceCancelCode>{v.trace_cancel_code._value_}</TraceCancelCode>"
    explanation_text = v.explanation_text
    if explanation_text is not None:
        s += f"<ExplanationText>{write_text(explanation_text)}</ExplanationText>"
    return s


def _write_TraceClarification(v: TraceClarification) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><TraceAct>{_write_TraceAct(v.trace_act)}</TraceAct><QuestionText>{write_text(v.question_text)}</QuestionText>"
    return s


def _write_TraceClose(v: TraceClose) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><TraceAct>{_write_TraceAct(v.trace_act)}</TraceAct><TraceOutcomeCode>{v.trace_outcome_code._value_}</TraceOutcomeCode>"
    close_text = v.close_text
    if close_text is not None:
        s += f"<CloseText>{write_text(close_text)}</CloseText>"
    return s


def _write_TraceComment(v: TraceComment) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><TraceAct>{_write_TraceAct(v.trace_act)}</TraceAct><CommentText>{write_text(v.comment_text)}</CommentText>"
    office_calendar = v.office_calendar
    if office_calendar is not None:
        s += f"<OfficeCalendar>{_write_OfficeCalendar(office_calendar)}</OfficeCalendar>"
    return s


def _write_TraceCorrection(v: TraceCorrection) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><TraceAct>{_write_TraceAct(v.trace_act)}</TraceAct><CorrectionText>{write_text(v.correction_text)}</CorrectionText>"
    firearm = v.firearm
    if firearm is not None:
        s += f"<Firearm>{_write_Firearm(firearm)}</Firearm>"
    circumstance_text = v.circumstance_text
    if circumstance_text is not None:
        s += f"<CircumstanceText>{write_text(circumstance_text)}</CircumstanceText>"
    trace_answer = v.trace_answer
    if trace_answer is not None:
        s += f"<TraceAnswer>{_write_TraceAnswer(trace_answer)}</TraceAnswer>"
    return s


def _write_TraceForward(v: TraceForward) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><TraceAct>{_write_TraceAct(v.trace_act)}</TraceAct><ForwardTraceId>{write_text(v.forward_trace_id)}</ForwardTraceId><ToCountry>{v.to_country._value_}</ToCountry><ToAgencyId>{write_text(v.to_agency_id)}</ToAgencyId><AddressReasonCode>{v.address_reason_code._value_}</AddressReasonCode>"
    reason_text = v.reason_text
    if reason_text is not None:
        s += f"<ReasonText>{write_text(reason_text)}</ReasonText>"
    for trace_link in v.trace_link:
        s += f"<TraceLink>{_write_TraceLink(trace_link)}</TraceLink>"
    return s


def _write_TraceIllicitNature(v: TraceIllicitNature) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = ""
    for illicit_basis_code in v.illicit_basis_code:
        s += f"<IllicitBasisCode>{illicit_basis_code._value_}</IllicitBasisCode>"
    s += f"<LegalJustificationText>{write_text(v.legal_justification_text)}</LegalJustificationText><CircumstanceText>{write_text(v.circumstance_text)}</CircumstanceText><RecoveryDate>{write_text(v.recovery_date)}</RecoveryDate><RecoveryCountry>{v.recovery_country._value_}</RecoveryCountry>"
    recovery_location = v.recovery_location
    if recovery_location is not None:
        s += f"<RecoveryLocation>{_write_Location(recovery_location)}</RecoveryLocation>"
    acquisition_mode_code = v.acquisition_mode_code
    if acquisition_mode_code is not None:
        s += f"<AcquisitionModeCode>{acquisition_mode_code._value_}</AcquisitionModeCode>"
    for context_code in v.context_code:
        s += f"<ContextCode>{context_code._value_}</ContextCode>"
    seizure_id = v.seizure_id
    if seizure_id is not None:
        s += f"<SeizureId>{write_text(seizure_id)}</SeizureId>"
    exhibit_reference = v.exhibit_reference
    if exhibit_reference is not None:
        s += f"<ExhibitReference>{write_text(exhibit_reference)}</ExhibitReference>"
    return s


def _write_TraceInfo(v: TraceInfo) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><TraceAct>{_write_TraceAct(v.trace_act)}</TraceAct>"
    for supplied_item in v.supplied_item:
        s += f"<SuppliedItem>{_write_SuppliedItem(supplied_item)}</SuppliedItem>"
    firearm = v.firearm
    if firearm is not None:
        s += f"<Firearm>{_write_Firearm(firearm)}</Firearm>"
    forward_consent_code = v.forward_consent_code
    if forward_consent_code is not None:
        s += f"<ForwardConsentCode>{forward_consent_code._value_}</ForwardConsentCode>"
    return s


def _write_TraceInfoRequest(v: TraceInfoRequest) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><TraceAct>{_write_TraceAct(v.trace_act)}</TraceAct>"
    for missing_item in v.missing_item:
        s += f"<MissingItem>{_write_MissingItem(missing_item)}</MissingItem>"
    respond_by_date = v.respond_by_date
    if respond_by_date is not None:
        s += f"<RespondByDate>{write_date(respond_by_date)}</RespondByDate>"
    return s


def _write_TraceIntendedUse(v: TraceIntendedUse) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = ""
    for intended_use_code in v.intended_use_code:
        s += f"<IntendedUseCode>{intended_use_code._value_}</IntendedUseCode>"
    use_text = v.use_text
    if use_text is not None:
        s += f"<UseText>{write_text(use_text)}</UseText>"
    return s


def _write_TraceIntroduction(v: TraceIntroduction) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><TraceId>{write_text(v.trace_id)}</TraceId><ChainId>{write_text(v.chain_id)}</ChainId><ParentTraceId>{write_text(v.parent_trace_id)}</ParentTraceId><RequesterAgencyId>{write_text(v.requester_agency_id)}</RequesterAgencyId><AddressReasonCode>{v.address_reason_code._value_}</AddressReasonCode>"
    reason_text = v.reason_text
    if reason_text is not None:
        s += f"<ReasonText>{write_text(reason_text)}</ReasonText>"
    s += f"<Firearm>{_write_Firearm(v.firearm)}</Firearm>"
    for trace_link in v.trace_link:
        s += f"<TraceLink>{_write_TraceLink(trace_link)}</TraceLink>"
    return s


def _write_TraceNoAnswer(v: TraceNoAnswer) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><TraceAct>{_write_TraceAct(v.trace_act)}</TraceAct><TraceDeadlineCode>{v.trace_deadline_code._value_}</TraceDeadlineCode><DueTimestamp>{write_timestamp(v.due_timestamp)}</DueTimestamp><StatedTimestamp>{write_timestamp(v.stated_timestamp)}</StatedTimestamp><ReminderQuantity>{v.reminder_quantity:d}</ReminderQuantity>"
    return s


def _write_TracePossessor(v: TracePossessor) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<FullName>{write_text(v.full_name)}</FullName>"
    birth_date = v.birth_date
    if birth_date is not None:
        s += f"<BirthDate>{write_text(birth_date)}</BirthDate>"
    nationality = v.nationality
    if nationality is not None:
        s += f"<Nationality>{nationality._value_}</Nationality>"
    identity_document_reference = v.identity_document_reference
    if identity_document_reference is not None:
        s += f"<IdentityDocumentReference>{write_text(identity_document_reference)}</IdentityDocumentReference>"
    return s


def _write_TraceQuestion(v: TraceQuestion) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<ChainId>{write_text(v.chain_id)}</ChainId>"
    parent_trace_id = v.parent_trace_id
    if parent_trace_id is not None:
        s += f"<ParentTraceId>{write_text(parent_trace_id)}</ParentTraceId>"
    forwarded_by_agency_id = v.forwarded_by_agency_id
    if forwarded_by_agency_id is not None:
        s += f"<ForwardedByAgencyId>{write_text(forwarded_by_agency_id)}</ForwardedByAgencyId>"
    s += f"<ResponderCountry>{v.responder_country._value_}</ResponderCountry><AddressReasonCode>{v.address_reason_code._value_}</AddressReasonCode>"
    address_reason_text = v.address_reason_text
    if address_reason_text is not None:
        s += f"<AddressReasonText>{write_text(address_reason_text)}</AddressReasonText>"
    s += f"<TracePriorityCode>{v.trace_priority_code._value_}</TracePriorityCode><TraceIllicitNature>{_write_TraceIllicitNature(v.trace_illicit_nature)}</TraceIllicitNature><Firearm>{_write_Firearm(v.firearm)}</Firearm><TraceIntendedUse>{_write_TraceIntendedUse(v.trace_intended_use)}</TraceIntendedUse>"
    for requested_information_code in v.requested_information_code:
        s += f"<RequestedInformationCode>{requested_information_code._value_}</RequestedInformationCode>"
    prior_search = v.prior_search
    if prior_search is not None:
        s += f"<PriorSearch>{_write_PriorSearch(prior_search)}</PriorSearch>"
    s += f"<ForwardConsentCode>{v.forward_consent_code._value_}</ForwardConsentCode>"
    respond_by_date = v.respond_by_date
    if respond_by_date is not None:
        s += f"<RespondByDate>{write_date(respond_by_date)}</RespondByDate>"
    for trace_possessor in v.trace_possessor:
        s += f"<TracePossessor>{_write_TracePossessor(trace_possessor)}</TracePossessor>"
    for finding in v.finding:
        s += f"<Finding>{_write_Finding(finding)}</Finding>"
    for contact_point in v.contact_point:
        s += f"<ContactPoint>{_write_ContactPoint(contact_point)}</ContactPoint>"
    return s


def _write_TraceReceived(v: TraceReceived) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><TraceAct>{_write_TraceAct(v.trace_act)}</TraceAct><ReceivedActNumber>{v.received_act_number:d}</ReceivedActNumber><ReceivedTimestamp>{write_timestamp(v.received_timestamp)}</ReceivedTimestamp><OfficeStateCode>{v.office_state_code._value_}</OfficeStateCode>"
    office_opens_timestamp = v.office_opens_timestamp
    if office_opens_timestamp is not None:
        s += f"<OfficeOpensTimestamp>{write_timestamp(office_opens_timestamp)}</OfficeOpensTimestamp>"
    acknowledge_by_timestamp = v.acknowledge_by_timestamp
    if acknowledge_by_timestamp is not None:
        s += f"<AcknowledgeByTimestamp>{write_timestamp(acknowledge_by_timestamp)}</AcknowledgeByTimestamp>"
    answer_by_timestamp = v.answer_by_timestamp
    if answer_by_timestamp is not None:
        s += f"<AnswerByTimestamp>{write_timestamp(answer_by_timestamp)}</AnswerByTimestamp>"
    note_text = v.note_text
    if note_text is not None:
        s += f"<NoteText>{write_text(note_text)}</NoteText>"
    office_calendar = v.office_calendar
    if office_calendar is not None:
        s += f"<OfficeCalendar>{_write_OfficeCalendar(office_calendar)}</OfficeCalendar>"
    return s


def _write_TraceReminder(v: TraceReminder) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><TraceAct>{_write_TraceAct(v.trace_act)}</TraceAct><TraceDeadlineCode>{v.trace_deadline_code._value_}</TraceDeadlineCode><DueTimestamp>{write_timestamp(v.due_timestamp)}</DueTimestamp><ReminderNumber>{v.reminder_number:d}</ReminderNumber><EscalatedIndicator>{'true' if v.escalated_indicator else 'false'}</EscalatedIndicator>"
    reminder_text = v.reminder_text
    if reminder_text is not None:
        s += f"<ReminderText>{write_text(reminder_text)}</ReminderText>"
    return s


def _write_TraceReopen(v: TraceReopen) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><TraceAct>{_write_TraceAct(v.trace_act)}</TraceAct><ReasonText>{write_text(v.reason_text)}</ReasonText>"
    return s


def _write_TraceTerms(v: TraceTerms) -> str:
    held: str | None = getattr(v, "held_text", None)
    if held is not None:
        return held
    s = f"<AcknowledgeSecondsQuantity>{v.acknowledge_seconds_quantity:d}</AcknowledgeSecondsQuantity><AnswerSecondsQuantity>{v.answer_seconds_quantity:d}</AnswerSecondsQuantity>"
    return s


def _write_TraceRequest(v: TraceRequest) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><TraceAct>{_write_TraceAct(v.trace_act)}</TraceAct><TraceQuestion>{_write_TraceQuestion(v.trace_question)}</TraceQuestion>"
    trace_terms = v.trace_terms
    if trace_terms is not None:
        s += f"<TraceTerms>{_write_TraceTerms(trace_terms)}</TraceTerms>"
    return s


def _write_TraceResponse(v: TraceResponse) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><TraceAct>{_write_TraceAct(v.trace_act)}</TraceAct><TraceAnswer>{_write_TraceAnswer(v.trace_answer)}</TraceAnswer>"
    return s


def _write_TraceStatus(v: TraceStatus) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><TraceAct>{_write_TraceAct(v.trace_act)}</TraceAct><InquiryStatusCode>{v.inquiry_status_code._value_}</InquiryStatusCode>"
    expected_answer_date = v.expected_answer_date
    if expected_answer_date is not None:
        s += f"<ExpectedAnswerDate>{write_date(expected_answer_date)}</ExpectedAnswerDate>"
    status_text = v.status_text
    if status_text is not None:
        s += f"<StatusText>{write_text(status_text)}</StatusText>"
    return s


def _write_TrustDocuments(v: TrustDocuments) -> str:
    s = f"<RootVersion>{v.root_version:d}</RootVersion><DirectoryVersion>{v.directory_version:d}</DirectoryVersion><BeaconNumber>{v.beacon_number:d}</BeaconNumber><StateDigest>{write_text(v.state_digest)}</StateDigest><WantedIndicator>{'true' if v.wanted_indicator else 'false'}</WantedIndicator>"
    for key_log_checkpoint in v.key_log_checkpoint:
        s += f"<KeyLogCheckpoint>{write_text(key_log_checkpoint)}</KeyLogCheckpoint>"
    for bundle_part in v.bundle_part:
        s += f"<BundlePart>{write_text(bundle_part)}</BundlePart>"
    return s


def _write_WideSearchRequest(v: WideSearchRequest) -> str:
    s = f"<Context>{_write_Context(v.context)}</Context><Search>{_write_Search(v.search)}</Search>"
    return s


_WRITERS: dict[type, tuple[str, Any, str]] = {
    Availability: ('<Availability xmlns="urn:iarms:exchange:payload:1">', _write_Availability, '</Availability>'),
    DeliveryStatement: ('<DeliveryStatement xmlns="urn:iarms:exchange:payload:1">', _write_DeliveryStatement, '</DeliveryStatement>'),
    DirectoryAck: ('<DirectoryAck xmlns="urn:iarms:exchange:payload:1">', _write_DirectoryAck, '</DirectoryAck>'),
    DispositionNotice: ('<DispositionNotice xmlns="urn:iarms:exchange:payload:1">', _write_DispositionNotice, '</DispositionNotice>'),
    Fault: ('<Fault xmlns="urn:iarms:exchange:payload:1">', _write_Fault, '</Fault>'),
    FirearmRecordResult: ('<FirearmRecordResult xmlns="urn:iarms:exchange:payload:1">', _write_FirearmRecordResult, '</FirearmRecordResult>'),
    FirearmRecordStatusChange: ('<FirearmRecordStatusChange xmlns="urn:iarms:exchange:payload:1">', _write_FirearmRecordStatusChange, '</FirearmRecordStatusChange>'),
    FirearmRecordSubmit: ('<FirearmRecordSubmit xmlns="urn:iarms:exchange:payload:1">', _write_FirearmRecordSubmit, '</FirearmRecordSubmit>'),
    FirearmRecordUpdate: ('<FirearmRecordUpdate xmlns="urn:iarms:exchange:payload:1">', _write_FirearmRecordUpdate, '</FirearmRecordUpdate>'),
    HitClose: ('<HitClose xmlns="urn:iarms:exchange:payload:1">', _write_HitClose, '</HitClose>'),
    HitConfirmRequest: ('<HitConfirmRequest xmlns="urn:iarms:exchange:payload:1">', _write_HitConfirmRequest, '</HitConfirmRequest>'),
    HitConfirmResponse: ('<HitConfirmResponse xmlns="urn:iarms:exchange:payload:1">', _write_HitConfirmResponse, '</HitConfirmResponse>'),
    HitNotice: ('<HitNotice xmlns="urn:iarms:exchange:payload:1">', _write_HitNotice, '</HitNotice>'),
    HitReceipt: ('<HitReceipt xmlns="urn:iarms:exchange:payload:1">', _write_HitReceipt, '</HitReceipt>'),
    HitRevoke: ('<HitRevoke xmlns="urn:iarms:exchange:payload:1">', _write_HitRevoke, '</HitRevoke>'),
    HitSeizure: ('<HitSeizure xmlns="urn:iarms:exchange:payload:1">', _write_HitSeizure, '</HitSeizure>'),
    HitStatusNotice: ('<HitStatusNotice xmlns="urn:iarms:exchange:payload:1">', _write_HitStatusNotice, '</HitStatusNotice>'),
    KeptMessages: ('<KeptMessages xmlns="urn:iarms:exchange:payload:1">', _write_KeptMessages, '</KeptMessages>'),
    OfficeHoursNotice: ('<OfficeHoursNotice xmlns="urn:iarms:exchange:payload:1">', _write_OfficeHoursNotice, '</OfficeHoursNotice>'),
    Receipt: ('<Receipt xmlns="urn:iarms:exchange:payload:1">', _write_Receipt, '</Receipt>'),
    RecordBatch: ('<RecordBatch xmlns="urn:iarms:exchange:payload:1">', _write_RecordBatch, '</RecordBatch>'),
    RecordBatchReport: ('<RecordBatchReport xmlns="urn:iarms:exchange:payload:1">', _write_RecordBatchReport, '</RecordBatchReport>'),
    RecordExtract: ('<RecordExtract xmlns="urn:iarms:exchange:payload:1">', _write_RecordExtract, '</RecordExtract>'),
    RecordRead: ('<RecordRead xmlns="urn:iarms:exchange:payload:1">', _write_RecordRead, '</RecordRead>'),
    ResendRequest: ('<ResendRequest xmlns="urn:iarms:exchange:payload:1">', _write_ResendRequest, '</ResendRequest>'),
    ReviewConfirm: ('<ReviewConfirm xmlns="urn:iarms:exchange:payload:1">', _write_ReviewConfirm, '</ReviewConfirm>'),
    ReviewDue: ('<ReviewDue xmlns="urn:iarms:exchange:payload:1">', _write_ReviewDue, '</ReviewDue>'),
    SearchBatch: ('<SearchBatch xmlns="urn:iarms:exchange:payload:1">', _write_SearchBatch, '</SearchBatch>'),
    SearchBatchReport: ('<SearchBatchReport xmlns="urn:iarms:exchange:payload:1">', _write_SearchBatchReport, '</SearchBatchReport>'),
    SearchRequest: ('<SearchRequest xmlns="urn:iarms:exchange:payload:1">', _write_SearchRequest, '</SearchRequest>'),
    SearchResponse: ('<SearchResponse xmlns="urn:iarms:exchange:payload:1">', _write_SearchResponse, '</SearchResponse>'),
    SeizureNotice: ('<SeizureNotice xmlns="urn:iarms:exchange:payload:1">', _write_SeizureNotice, '</SeizureNotice>'),
    StatQuery: ('<StatQuery xmlns="urn:iarms:exchange:payload:1">', _write_StatQuery, '</StatQuery>'),
    StatReport: ('<StatReport xmlns="urn:iarms:exchange:payload:1">', _write_StatReport, '</StatReport>'),
    TraceAck: ('<TraceAck xmlns="urn:iarms:exchange:payload:1">', _write_TraceAck, '</TraceAck>'),
    TraceAttachment: ('<TraceAttachment xmlns="urn:iarms:exchange:payload:1">', _write_TraceAttachment, '</TraceAttachment>'),
    TraceCancel: ('<TraceCancel xmlns="urn:iarms:exchange:payload:1">', _write_TraceCancel, '</TraceCancel>'),
    TraceClarification: ('<TraceClarification xmlns="urn:iarms:exchange:payload:1">', _write_TraceClarification, '</TraceClarification>'),
    TraceClose: ('<TraceClose xmlns="urn:iarms:exchange:payload:1">', _write_TraceClose, '</TraceClose>'),
    TraceComment: ('<TraceComment xmlns="urn:iarms:exchange:payload:1">', _write_TraceComment, '</TraceComment>'),
    TraceCorrection: ('<TraceCorrection xmlns="urn:iarms:exchange:payload:1">', _write_TraceCorrection, '</TraceCorrection>'),
    TraceForward: ('<TraceForward xmlns="urn:iarms:exchange:payload:1">', _write_TraceForward, '</TraceForward>'),
    TraceInfo: ('<TraceInfo xmlns="urn:iarms:exchange:payload:1">', _write_TraceInfo, '</TraceInfo>'),
    TraceInfoRequest: ('<TraceInfoRequest xmlns="urn:iarms:exchange:payload:1">', _write_TraceInfoRequest, '</TraceInfoRequest>'),
    TraceIntroduction: ('<TraceIntroduction xmlns="urn:iarms:exchange:payload:1">', _write_TraceIntroduction, '</TraceIntroduction>'),
    TraceNoAnswer: ('<TraceNoAnswer xmlns="urn:iarms:exchange:payload:1">', _write_TraceNoAnswer, '</TraceNoAnswer>'),
    TraceReceived: ('<TraceReceived xmlns="urn:iarms:exchange:payload:1">', _write_TraceReceived, '</TraceReceived>'),
    TraceReminder: ('<TraceReminder xmlns="urn:iarms:exchange:payload:1">', _write_TraceReminder, '</TraceReminder>'),
    TraceReopen: ('<TraceReopen xmlns="urn:iarms:exchange:payload:1">', _write_TraceReopen, '</TraceReopen>'),
    TraceRequest: ('<TraceRequest xmlns="urn:iarms:exchange:payload:1">', _write_TraceRequest, '</TraceRequest>'),
    TraceResponse: ('<TraceResponse xmlns="urn:iarms:exchange:payload:1">', _write_TraceResponse, '</TraceResponse>'),
    TraceStatus: ('<TraceStatus xmlns="urn:iarms:exchange:payload:1">', _write_TraceStatus, '</TraceStatus>'),
    TrustDocuments: ('<TrustDocuments xmlns="urn:iarms:exchange:payload:1">', _write_TrustDocuments, '</TrustDocuments>'),
    WideSearchRequest: ('<WideSearchRequest xmlns="urn:iarms:exchange:payload:1">', _write_WideSearchRequest, '</WideSearchRequest>'),
}


def write_payload(payload: Payload) -> str:
    """The canonical XML of ``payload``. Raises :class:`KeyError` for any other type."""
    start, write, end = _WRITERS[type(payload)]
    content: str = write(payload)
    return start + content + end


_PARTS: dict[type, Any] = {
    AccessRestriction: _write_AccessRestriction,
    Context: _write_Context,
    Calibre: _write_Calibre,
    MatchReason: _write_MatchReason,
    Make: _write_Make,
    Marking: _write_Marking,
    Component: _write_Component,
    Import: _write_Import,
    Image: _write_Image,
    FirearmDescription: _write_FirearmDescription,
    ContactPoint: _write_ContactPoint,
    Candidate: _write_Candidate,
    Consignment: _write_Consignment,
    Finding: _write_Finding,
    Firearm: _write_Firearm,
    Location: _write_Location,
    FirearmRecord: _write_FirearmRecord,
    RecordResult: _write_RecordResult,
    StatusChange: _write_StatusChange,
    RecordUpdate: _write_RecordUpdate,
    Hit: _write_Hit,
    HitStatus: _write_HitStatus,
    ItemStatus: _write_ItemStatus,
    KeptMessage: _write_KeptMessage,
    NumberRange: _write_NumberRange,
    MissingItem: _write_MissingItem,
    OfficeAbsence: _write_OfficeAbsence,
    OfficeCalendar: _write_OfficeCalendar,
    PriorSearch: _write_PriorSearch,
    ReceiptItem: _write_ReceiptItem,
    RecordBatchItem: _write_RecordBatchItem,
    RecordBatchResult: _write_RecordBatchResult,
    ReviewDecision: _write_ReviewDecision,
    ReviewItem: _write_ReviewItem,
    Routing: _write_Routing,
    Search: _write_Search,
    SearchBatchItem: _write_SearchBatchItem,
    SearchResult: _write_SearchResult,
    SearchBatchResult: _write_SearchBatchResult,
    SeizedFirearm: _write_SeizedFirearm,
    Seizure: _write_Seizure,
    StatFilter: _write_StatFilter,
    StatOrigin: _write_StatOrigin,
    StatQuestion: _write_StatQuestion,
    StatRow: _write_StatRow,
    SuppliedItem: _write_SuppliedItem,
    TraceAct: _write_TraceAct,
    TraceLink: _write_TraceLink,
    TraceAnswer: _write_TraceAnswer,
    TraceIllicitNature: _write_TraceIllicitNature,
    TraceIntendedUse: _write_TraceIntendedUse,
    TracePossessor: _write_TracePossessor,
    TraceQuestion: _write_TraceQuestion,
    TraceTerms: _write_TraceTerms,
}


def write_part(part: Part) -> str:
    """What stands between the tags of ``part`` in canonical XML."""
    content: str = _PARTS[type(part)](part)
    return content
