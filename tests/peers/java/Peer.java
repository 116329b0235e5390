import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import javax.xml.crypto.Data;
import javax.xml.crypto.NodeSetData;
import javax.xml.crypto.OctetStreamData;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.DigestMethod;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.SignedInfo;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.TransformService;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.crypto.dsig.keyinfo.KeyInfoFactory;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;

/**
 * A member of the exchange whose software is not ours: Java's own XML Signature and cryptography,
 * written from docs/spec/envelope.md alone.
 *
 * <p>open ENVELOPE SIGNING-PUBLIC ENCRYPTION-SECRET ENCRYPTION-KID PAYLOAD: verifies with
 * javax.xml.crypto.dsig, decrypts, and writes the payload. Exit code 1 where it does not hold.
 *
 * <p>seal PAYLOAD SIGNING-SECRET SIGNING-KID PARTY TO-PUBLIC TO-KID TO-PARTY ENVELOPE: signs with
 * javax.xml.crypto.dsig and writes the canonical octets.
 *
 * <p>all FILE: one such command a line, its words separated by tabs, in one virtual machine.
 *
 * <p>Keys are raw octets in hexadecimal.
 */
public final class Peer {
    private static final String DS = "http://www.w3.org/2000/09/xmldsig#";
    private static final String XENC = "http://www.w3.org/2001/04/xmlenc#";
    private static final String XENC11 = "http://www.w3.org/2009/xmlenc11#";
    private static final String DSIG11 = "http://www.w3.org/2009/xmldsig11#";
    private static final String MORE = "http://www.w3.org/2021/04/xmldsig-more#";
    private static final String ENV = "urn:iarms:exchange:envelope:1";
    private static final HexFormat HEX = HexFormat.of();
    private static final SecureRandom RANDOM = new SecureRandom();

    public static void main(String[] args) throws Exception {
        if (args[0].equals("all")) {
            for (String line : Files.readAllLines(Path.of(args[1]))) {
                main(line.split("\t"));
            }
        } else if (args[0].equals("open")) {
            byte[] octets = Files.readAllBytes(Path.of(args[1]));
            byte[] payload = open(octets, HEX.parseHex(args[2]), HEX.parseHex(args[3]), args[4]);
            Files.write(Path.of(args[5]), payload);
        } else {
            byte[] payload = Files.readAllBytes(Path.of(args[1]));
            Files.write(Path.of(args[8]), seal(payload, args));
        }
    }

    // --- opening ---------------------------------------------------------------------------------

    private static byte[] open(byte[] octets, byte[] signer, byte[] secret, String kid)
            throws Exception {
        Document document = parse(octets);
        Element root = document.getDocumentElement();
        verify(document, signer);
        if (!Arrays.equals(canonical(document), octets)) {
            throw new SecurityException("the octets are not their own canonical form");
        }
        Element key = encryptedKey(root, kid);
        byte[] spki = base64(child(key, DSIG11, "DEREncodedKeyValue"));
        byte[] info = base64(child(key, MORE, "Info"));
        if (!Arrays.equals(info, info(octets, spki, kid))) {
            throw new SecurityException("Info does not belong to this header");
        }
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(privateKey("X25519", "302e020100300506032b656e04220420", secret));
        agreement.doPhase(publicKey("X25519", spki), true);
        byte[] wrapping = hkdf(agreement.generateSecret(), base64(child(key, MORE, "Salt")), info);
        Cipher wrap = Cipher.getInstance("AESWrap");
        wrap.init(Cipher.UNWRAP_MODE, new SecretKeySpec(wrapping, "AES"));
        byte[] wrapped = base64(child(key, XENC, "CipherValue"));
        byte[] sealed = base64(lastChild(child(root, XENC, "EncryptedData"), XENC, "CipherData"));
        Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
        gcm.init(
                Cipher.DECRYPT_MODE,
                wrap.unwrap(wrapped, "AES", Cipher.SECRET_KEY),
                new GCMParameterSpec(128, sealed, 0, 12));
        byte[] wrapper = gcm.doFinal(sealed, 12, sealed.length - 12);
        return content(wrapper, child(root, ENV, "Content"));
    }

    private static void verify(Document document, byte[] signer) throws Exception {
        Element signature = (Element) document.getDocumentElement().getLastChild();
        byte[] der = concat(HEX.parseHex("302a300506032b6570032100"), signer);
        DOMValidateContext context =
                new DOMValidateContext(publicKey("Ed25519", der), signature);
        XMLSignature read = XMLSignatureFactory.getInstance("DOM").unmarshalXMLSignature(context);
        if (!read.validate(context)) {
            throw new SecurityException("the signature does not hold");
        }
    }

    private static byte[] content(byte[] wrapper, Element committed) throws Exception {
        byte[] digest = sha256(wrapper);
        if (!Arrays.equals(digest, Base64.getDecoder().decode(committed.getAttribute("digest")))
                || wrapper.length != Integer.parseInt(committed.getAttribute("length"))) {
            throw new SecurityException("the plaintext is not what the sender committed to");
        }
        parse(wrapper);
        String text = new String(wrapper, StandardCharsets.ISO_8859_1);
        int start = text.indexOf('>') + 1;
        int end = text.lastIndexOf("</env:Payload>");
        String content = text.substring(start, end).stripTrailing();
        return content.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Element encryptedKey(Element root, String kid) {
        for (Element key : descendants(root, XENC, "EncryptedKey")) {
            if (key.getAttribute("Recipient").equals(kid)) {
                return key;
            }
        }
        throw new SecurityException("no key for " + kid);
    }

    // --- sealing ---------------------------------------------------------------------------------

    private static byte[] seal(byte[] payload, String[] args) throws Exception {
        byte[] wrapper = wrap(payload);
        String header = header(args, wrapper);
        byte[] key = random(32);
        byte[] iv = random(12);
        Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
        gcm.init(
                Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, iv));
        byte[] sealed = concat(iv, gcm.doFinal(wrapper));
        KeyPair ephemeral = KeyPairGenerator.getInstance("X25519").generateKeyPair();
        byte[] spki = ephemeral.getPublic().getEncoded();
        byte[] info = info(header.getBytes(StandardCharsets.US_ASCII), spki, args[6]);
        byte[] salt = random(32);
        byte[] theirs = concat(HEX.parseHex("302a300506032b656e032100"), HEX.parseHex(args[5]));
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(ephemeral.getPrivate());
        agreement.doPhase(publicKey("X25519", theirs), true);
        Cipher wrap = Cipher.getInstance("AESWrap");
        byte[] wrapping = hkdf(agreement.generateSecret(), salt, info);
        wrap.init(Cipher.WRAP_MODE, new SecretKeySpec(wrapping, "AES"));
        byte[] wrapped = wrap.wrap(new SecretKeySpec(key, "AES"));
        String envelope =
                "<env:Envelope xmlns:env=\"" + ENV + "\" version=\"1.0\">" + header
                        + body(args[6], salt, info, spki, wrapped, sealed) + "</env:Envelope>";
        Document document = parse(envelope.getBytes(StandardCharsets.US_ASCII));
        sign(document, HEX.parseHex(args[2]), args[3]);
        return canonical(document);
    }

    private static void sign(Document document, byte[] seed, String kid) throws Exception {
        XMLSignatureFactory factory = XMLSignatureFactory.getInstance("DOM");
        List<Transform> transforms =
                List.of(
                        factory.newTransform(Transform.ENVELOPED, (TransformParameterSpec) null),
                        factory.newTransform(
                                CanonicalizationMethod.EXCLUSIVE, (TransformParameterSpec) null));
        Reference reference =
                factory.newReference(
                        "", factory.newDigestMethod(DigestMethod.SHA256, null), transforms, null,
                        null);
        SignedInfo signed =
                factory.newSignedInfo(
                        factory.newCanonicalizationMethod(
                                CanonicalizationMethod.EXCLUSIVE, (C14NMethodParameterSpec) null),
                        factory.newSignatureMethod(MORE + "eddsa-ed25519", null),
                        List.of(reference));
        KeyInfoFactory keys = factory.getKeyInfoFactory();
        DOMSignContext context =
                new DOMSignContext(
                        privateKey("Ed25519", "302e020100300506032b657004220420", seed),
                        document.getDocumentElement());
        context.setDefaultNamespacePrefix("ds");
        factory.newXMLSignature(signed, keys.newKeyInfo(List.of(keys.newKeyName(kid))))
                .sign(context);
    }

    private static String header(String[] args, byte[] wrapper) throws Exception {
        return "<env:Header><env:MessageId>urn:uuid:0197c0de-7a11-7d3a-9c52-2f6a4be1d00a"
                + "</env:MessageId><env:From key=\"" + args[3] + "\" party=\"" + args[4]
                + "\"></env:From><env:To key=\"" + args[6] + "\" party=\"" + args[7]
                + "\" seq=\"1\"></env:To><env:Type>HIT_NOTICE</env:Type>"
                + "<env:Created>2026-10-20T09:26:53.120Z</env:Created>"
                + "<env:Expires>2026-10-21T09:26:53.120Z</env:Expires>"
                + "<env:Priority>URGENT</env:Priority>"
                + "<env:Directory version=\"17\"></env:Directory><env:Content digest=\""
                + text(sha256(wrapper)) + "\" length=\"" + wrapper.length
                + "\" schema=\"urn:iarms:exchange:payload:1\"></env:Content></env:Header>";
    }

    private static String body(
            String kid, byte[] salt, byte[] info, byte[] spki, byte[] wrapped, byte[] sealed) {
        return "<xenc:EncryptedData xmlns:xenc=\"" + XENC + "\" MimeType=\"application/xml\">"
                + "<xenc:EncryptionMethod Algorithm=\"" + XENC11 + "aes256-gcm\"/>"
                + "<ds:KeyInfo xmlns:ds=\"" + DS + "\"><xenc:EncryptedKey Recipient=\"" + kid
                + "\"><xenc:EncryptionMethod Algorithm=\"" + XENC + "kw-aes256\"/><ds:KeyInfo>"
                + "<xenc:AgreementMethod Algorithm=\"" + MORE + "x25519\">"
                + "<xenc11:KeyDerivationMethod xmlns:xenc11=\"" + XENC11 + "\" Algorithm=\"" + MORE
                + "hkdf\"><dsig-more:HKDFParams xmlns:dsig-more=\"" + MORE + "\">"
                + "<dsig-more:PRF Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256\"/>"
                + "<dsig-more:Salt>" + text(salt) + "</dsig-more:Salt><dsig-more:Info>" + text(info)
                + "</dsig-more:Info><dsig-more:KeyLength>32</dsig-more:KeyLength>"
                + "</dsig-more:HKDFParams></xenc11:KeyDerivationMethod><xenc:OriginatorKeyInfo>"
                + "<dsig11:DEREncodedKeyValue xmlns:dsig11=\"" + DSIG11 + "\">" + text(spki)
                + "</dsig11:DEREncodedKeyValue></xenc:OriginatorKeyInfo><xenc:RecipientKeyInfo>"
                + "<ds:KeyName>" + kid + "</ds:KeyName></xenc:RecipientKeyInfo>"
                + "</xenc:AgreementMethod></ds:KeyInfo><xenc:CipherData><xenc:CipherValue>"
                + text(wrapped) + "</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>"
                + "</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>" + text(sealed)
                + "</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>";
    }

    private static byte[] wrap(byte[] payload) {
        byte[] start =
                ("<env:Payload xmlns:env=\"" + ENV + "\" salt=\"" + text(random(24)) + "\">")
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] end = "</env:Payload>".getBytes(StandardCharsets.US_ASCII);
        int length = start.length + payload.length + end.length;
        byte[] padding = new byte[length < 65536 ? (512 - length % 512) % 512 : 0];
        Arrays.fill(padding, (byte) ' ');
        return concat(start, payload, padding, end);
    }

    // --- what both need --------------------------------------------------------------------------

    private static byte[] info(byte[] octets, byte[] spki, String kid) throws Exception {
        String text = new String(octets, StandardCharsets.ISO_8859_1);
        String end = "</env:Header>";
        String header =
                text.substring(text.indexOf("<env:Header>"), text.indexOf(end) + end.length());
        return concat(
                "iarms-envelope-1\0".getBytes(StandardCharsets.US_ASCII),
                sha256(header.getBytes(StandardCharsets.ISO_8859_1)),
                sha256(spki),
                kid.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] hkdf(byte[] secret, byte[] salt, byte[] info) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(salt, "HmacSHA256"));
        mac.init(new SecretKeySpec(mac.doFinal(secret), "HmacSHA256"));
        return mac.doFinal(concat(info, new byte[] {1}));
    }

    private static Document parse(byte[] octets) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(octets));
    }

    /** Exclusive C14N of a whole document by the public API. */
    private static byte[] canonical(Document document) throws Exception {
        List<Node> nodes = new ArrayList<>();
        collect(document, nodes);
        TransformService service = TransformService.getInstance(CanonicalizationMethod.EXCLUSIVE, "DOM");
        service.init((TransformParameterSpec) null);
        NodeSetData<Node> data = () -> nodes.iterator();
        Data written = service.transform(data, null);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (InputStream in = ((OctetStreamData) written).getOctetStream()) {
            in.transferTo(out);
        }
        return out.toByteArray();
    }

    private static void collect(Node node, List<Node> nodes) {
        nodes.add(node);
        NamedNodeMap attributes = node.getAttributes();
        for (int i = 0; attributes != null && i < attributes.getLength(); i++) {
            nodes.add(attributes.item(i));
        }
        for (Node child = node.getFirstChild(); child != null; child = child.getNextSibling()) {
            collect(child, nodes);
        }
    }

    private static List<Element> descendants(Element element, String namespace, String name) {
        List<Element> found = new ArrayList<>();
        var list = element.getElementsByTagNameNS(namespace, name);
        for (int i = 0; i < list.getLength(); i++) {
            found.add((Element) list.item(i));
        }
        return found;
    }

    private static Element child(Element element, String namespace, String name) {
        return descendants(element, namespace, name).get(0);
    }

    private static Element lastChild(Element element, String namespace, String name) {
        Iterator<Element> found = descendants(element, namespace, name).iterator();
        Element last = found.next();
        while (found.hasNext()) {
            last = found.next();
        }
        return last;
    }

    private static PublicKey publicKey(String algorithm, byte[] der) throws Exception {
        return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
    }

    private static PrivateKey privateKey(String algorithm, String prefix, byte[] raw)
            throws Exception {
        byte[] der = concat(HEX.parseHex(prefix), raw);
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    private static byte[] base64(Element element) {
        return Base64.getDecoder().decode(element.getTextContent());
    }

    private static String text(byte[] octets) {
        return Base64.getEncoder().encodeToString(octets);
    }

    private static byte[] sha256(byte[] octets) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(octets);
    }

    private static byte[] random(int length) {
        byte[] octets = new byte[length];
        RANDOM.nextBytes(octets);
        return octets;
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
