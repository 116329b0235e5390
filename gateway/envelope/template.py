"""The constant octets of an envelope, and the slots between them.

The wire form *is* the exclusive canonical form (docs/spec/envelope.md, section 2): attributes in
the order of their names, a namespace declared where it is first used, empty elements as pairs. So
the writer needs no canonicalisation and the reader no parser. It holds no value of any message.
"""

from __future__ import annotations

NAMESPACE = b"urn:iarms:exchange:envelope:1"
_DS = b"http://www.w3.org/2000/09/xmldsig#"
_XENC = b"http://www.w3.org/2001/04/xmlenc#"
_XENC11 = b"http://www.w3.org/2009/xmlenc11#"
_DSIG11 = b"http://www.w3.org/2009/xmldsig11#"
_DSIG_MORE = b"http://www.w3.org/2021/04/xmldsig-more#"
_EXCLUSIVE_C14N = b"http://www.w3.org/2001/10/xml-exc-c14n#"
_ENVELOPED = b"http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_HMAC_SHA256 = b"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"

KID_LENGTH = 43  # base64url of 32 octets, without padding

ENVELOPE_START = b'<env:Envelope xmlns:env="' + NAMESPACE + b'" version="1.0">'
ENVELOPE_END = b"</env:Envelope>"

# --- EncryptedData: the content and one wrapped key a recipient --------------------------------

BODY_START = (
    b'<xenc:EncryptedData xmlns:xenc="' + _XENC + b'" MimeType="application/xml">'
    b'<xenc:EncryptionMethod Algorithm="' + _XENC11 + b'aes256-gcm"></xenc:EncryptionMethod>'
    b'<ds:KeyInfo xmlns:ds="' + _DS + b'">'
)
CONTENT_START = b"</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>"
BODY_END = b"</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>"

SPKI_X25519 = bytes.fromhex("302a300506032b656e032100")
"""What stands before the 32 octets of an X25519 key in a SubjectPublicKeyInfo (RFC 8410 4)."""

ENCRYPTED_KEY = (
    b'<xenc:EncryptedKey Recipient="%b">'
    b'<xenc:EncryptionMethod Algorithm="' + _XENC + b'kw-aes256"></xenc:EncryptionMethod>'
    b'<ds:KeyInfo><xenc:AgreementMethod Algorithm="' + _DSIG_MORE + b'x25519">'
    b'<xenc11:KeyDerivationMethod xmlns:xenc11="' + _XENC11 + b'"'
    b' Algorithm="' + _DSIG_MORE + b'hkdf">'
    b'<dsig-more:HKDFParams xmlns:dsig-more="' + _DSIG_MORE + b'">'
    b'<dsig-more:PRF Algorithm="' + _HMAC_SHA256 + b'"></dsig-more:PRF>'
    b"<dsig-more:Salt>%b</dsig-more:Salt>"
    b"<dsig-more:Info>%b</dsig-more:Info>"
    b"<dsig-more:KeyLength>32</dsig-more:KeyLength>"
    b"</dsig-more:HKDFParams></xenc11:KeyDerivationMethod>"
    b'<xenc:OriginatorKeyInfo><dsig11:DEREncodedKeyValue xmlns:dsig11="' + _DSIG11 + b'">'
    b"%b</dsig11:DEREncodedKeyValue></xenc:OriginatorKeyInfo>"
    b"<xenc:RecipientKeyInfo><ds:KeyName>%b</ds:KeyName></xenc:RecipientKeyInfo>"
    b"</xenc:AgreementMethod></ds:KeyInfo>"
    b"<xenc:CipherData><xenc:CipherValue>%b</xenc:CipherValue></xenc:CipherData>"
    b"</xenc:EncryptedKey>"
).split(b"%b")
"""The pieces between the slots of one recipient's key: kid, salt, Info, ephemeral, kid, wrapped."""

ENCRYPTED_KEY_SLOTS = (KID_LENGTH, 44, 168, 60, KID_LENGTH, 56)
"""The lengths of the slots of ``ENCRYPTED_KEY``: each has one only."""

HYBRID_KEY = (
    b'<xenc:EncryptedKey Recipient="%b">'
    b'<xenc:EncryptionMethod Algorithm="urn:iarms:exchange:encryption:hpke-x-wing">'
    b"</xenc:EncryptionMethod>"
    b"<ds:KeyInfo><ds:KeyName>%b</ds:KeyName></ds:KeyInfo>"
    b"<xenc:CipherData><xenc:CipherValue>%b</xenc:CipherValue></xenc:CipherData>"
    b"</xenc:EncryptedKey>"
).split(b"%b")
"""The same for a recipient of suite 2: kid, kid, and what HPKE sealed."""

HYBRID_SEALED_LENGTH = 1560  # base64 of 1,168 octets


# --- Signature: the last child of the envelope --------------------------------------------------

_SIGNED_INFO = (
    b'<ds:CanonicalizationMethod Algorithm="' + _EXCLUSIVE_C14N + b'">'
    b"</ds:CanonicalizationMethod>"
    b'<ds:SignatureMethod Algorithm="' + _DSIG_MORE + b'eddsa-ed25519"></ds:SignatureMethod>'
    b'<ds:Reference URI=""><ds:Transforms>'
    b'<ds:Transform Algorithm="' + _ENVELOPED + b'"></ds:Transform>'
    b'<ds:Transform Algorithm="' + _EXCLUSIVE_C14N + b'"></ds:Transform></ds:Transforms>'
    b'<ds:DigestMethod Algorithm="' + _XENC + b'sha256"></ds:DigestMethod>'
    b"<ds:DigestValue>"
)
_SIGNED_INFO_END = b"</ds:DigestValue></ds:Reference></ds:SignedInfo>"

SIGNATURE_START = b'<ds:Signature xmlns:ds="' + _DS + b'"><ds:SignedInfo>' + _SIGNED_INFO
SIGNATURE_VALUE_START = _SIGNED_INFO_END + b"<ds:SignatureValue>"
SIGNATURE_KEY_START = b"</ds:SignatureValue><ds:KeyInfo><ds:KeyName>"
SIGNATURE_END = b"</ds:KeyName></ds:KeyInfo></ds:Signature>"

_SIGNED_START = b'<ds:SignedInfo xmlns:ds="' + _DS + b'">' + _SIGNED_INFO

DIGEST_LENGTH = 44  # base64 of 32 octets
SIGNATURE_LENGTH = 88  # base64 of 64 octets


def signed_octets(digest64: bytes) -> bytes:
    """The canonical SignedInfo, which Ed25519 signs: as its own apex it declares ``ds`` itself."""
    return _SIGNED_START + digest64 + _SIGNED_INFO_END
