// Verifies the signatures of envelopes with npm's xml-crypto, which knows nothing of our profile.
//
// verify.js SIGNING-PUBLIC-HEX FILE...: prints "true" or "false" for each file.
"use strict";

const { createPublicKey, verify } = require("crypto");
const { readFileSync } = require("fs");
const { DOMParser } = require("@xmldom/xmldom");
const { SignedXml } = require("xml-crypto");

const EDDSA = "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519";

// xml-crypto has no Ed25519 of its own; Node has.
class Ed25519 {
  verifySignature(text, key, value) {
    return verify(null, Buffer.from(text), createPublicKey(key), Buffer.from(value, "base64"));
  }

  getAlgorithmName() {
    return EDDSA;
  }
}

const [raw, ...files] = process.argv.slice(2);
const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), Buffer.from(raw, "hex")]);
const pem = `-----BEGIN PUBLIC KEY-----\n${der.toString("base64")}\n-----END PUBLIC KEY-----\n`;

for (const file of files) {
  const xml = readFileSync(file, "utf8");
  let holds = false;
  try {
    const signature = new DOMParser().parseFromString(xml).documentElement.lastChild;
    const signed = new SignedXml({ publicCert: pem, getCertFromKeyInfo: () => null });
    signed.SignatureAlgorithms[EDDSA] = Ed25519;
    signed.loadSignature(signature);
    holds = signed.checkSignature(xml);
  } catch (error) {
    process.stderr.write(`${file}: ${error.message}\n`);
  }
  process.stdout.write(`${holds}\n`);
}
