"""The carriers and shipping methods that Jet knew in 2017; it takes others too (docs/jet-api.md, shipped)."""

CARRIERS = (
    "FedEx", "FedEx SmartPost", "FedEx Freight", "UPS", "UPS Freight", "UPS Mail Innovations", "UPS SurePost",
    "OnTrac", "OnTrac Direct Post", "DHL", "DHL Global Mail", "USPS", "CEVA", "Laser Ship", "Spee Dee",
    "A Duie Pyle", "A1", "ABF", "APEX", "Averitt", "Dynamex", "Eastern Connection", "Ensenda", "Estes",
    "Land Air Express", "Lone Star", "Meyer", "New Penn", "Pilot", "Prestige", "RBF", "Reddaway",
    "RL Carriers", "Roadrunner", "Southeastern Freight", "UDS", "UES", "YRC", "GSO", "A&M Trucking",
    "SAIA Freight", "Other",
)  # fmt: skip

_METHODS = """
    A1 ABF ADuiePyle APEX Averitt A&MTrucking CEVA DHLEasyReturnPlus DHLExpress12 DHLExpress9
    DHLExpressEnvelope DHLExpressWorldwide DHLeCommerce DHLSmartmailFlatsGround DHLSmartmailParcelGround
    DHLSmartmailParcelPlusGround DynamexSameDay EasternConnectionExpeditedMail EasternConnectionGround
    EasternConnectionPriority EasternConnectionSameDay EnsendaHome EnsendaNextDay EnsendaSameDay
    EnsendaTwoMan Estes Fedex2Day FedExExpeditedFreight FedexExpressSaver FedexFirstOvernight FedexFreight
    FedExGround FedExHome FedexPriorityOvernight FedexSameDay FedExSmartPost FedExSmartPostReturns
    FedexStandardOvernight GSOGround LandAirExpress LasershipSameDay LaserShipNextDay
    LaserShipGlobalPriority Prestige LSO2ndDay LSOEarlyNexyDay LSOEconomyNextDay LSOGround
    LSOPriorityNextDay LSOSaturday Meyer NewPenn OnTracDirectPost OnTracGround OnTracPalletizedFreight
    OnTracSaturdayDelivery OnTracSunrise OnTracSunriseGold Other Pilot RBF Reddaway RLCarriers RoadRunner
    SAIAFreight SoutheasternFreight SpeeDee UDSNextDay UDSSameDay UES UPSSurepost UPS2ndDayAir
    UPS2ndDayAirAM UPS2ndDayAirFreight UPS2ndDayAirFreightNGS UPS3DayFreight UPS3DayFreightNGS
    UPS3DaySelect UPSExpressCritical UPSFreight UPSGround UPSGroundFreightPricing UPSHundredweightService
    UPSMailInnovations UPSNextDayAir UPSNextDayAirEarly UPSNextDayAirFreight UPSNextDayAirFreightNGS
    UPSNextDayAirSaver UPSStandard USPSFirstClassMail USPSMediaMail USPSPriorityMail
    USPSPriorityMailExpress USPSRetailGround YRC DHLEasyReturnLight DHLEasyReturnGround
    DHLSmartmailFlatsExpedited DHLSmartmailParcelExpedited DHLSmartmailParcelPlusExpedited GSOPriority
    GSOFreight
"""
SHIPMENT_METHODS = tuple(_METHODS.split())

# How the codes of a carrier's methods begin, in small letters; what begins otherwise stands alone.
_FAMILIES = {
    "FedEx": "fedex", "UPS": "ups", "USPS": "usps", "DHL": "dhl", "OnTrac": "ontrac", "Laser Ship": "lasership",
    "LSO": "lso", "GSO": "gso", "Ensenda": "ensenda", "Eastern Connection": "eastern", "UDS": "uds",
}  # fmt: skip
OTHERS = "Other carriers"


def methods_by_carrier() -> dict[str, list[str]]:
    """Return the methods in families, so that a long list is found through by carrier."""
    found: dict[str, list[str]] = {name: [] for name in (*_FAMILIES, OTHERS)}
    for method in SHIPMENT_METHODS:
        start = method.lower()
        name = next((name for name, prefix in _FAMILIES.items() if start.startswith(prefix)), OTHERS)
        found[name].append(method)
    return found
