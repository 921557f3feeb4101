/** Reads the invoices of a deposited file: UBL, CII, Factur-X or a .tar.gz of them. Checks nothing. */
import { gunzipSync, inflateSync } from "node:zlib";

export interface InvoiceData {
  readonly number: string;
  /** yyyy-mm-dd */
  readonly date?: string | undefined;
  readonly supplier?: string | undefined;
  readonly recipient?: string | undefined;
  readonly withoutVat?: number | undefined;
  readonly withVat?: number | undefined;
}

const MOST_INVOICES = 100;
const MOST_STREAMS = 200;
const LONGEST_XML = 1024 * 1024;
const LONGEST_ARCHIVE = 32 * LONGEST_XML;
/** A party's SIRET is near the beginning of its element. */
const PARTY_LENGTH = 4000;

/** A file without a readable invoice counts as one, named after the file. */
export function invoicesIn(base64: string, fileName: string): InvoiceData[] {
  const found = textOf(Buffer.from(base64, "base64"))
    .split(/(?=<\?xml)/, MOST_INVOICES)
    .flatMap((xml) => invoiceIn(xml.slice(0, LONGEST_XML)) ?? []);
  return found.length > 0 ? found : [{ number: fileName.replace(/\..*$/, "") || fileName }];
}

function textOf(file: Buffer): string {
  if (file.subarray(0, 4).toString("latin1") === "%PDF") return embeddedXml(file);
  if (file[0] !== 0x1f || file[1] !== 0x8b) return file.toString("utf8");
  return unpacked(() => gunzipSync(file, { maxOutputLength: LONGEST_ARCHIVE }));
}

function unpacked(unpack: () => Buffer): string {
  try {
    return unpack().toString("utf8");
  } catch {
    return "";
  }
}

function embeddedXml(pdf: Buffer): string {
  let end = 0;
  for (let streams = 0; streams < MOST_STREAMS; streams++) {
    // The keyword is followed by LF or CR LF.
    const start = pdf.indexOf("\n", pdf.indexOf("stream", end) + 1) + 1;
    const next = pdf.indexOf("endstream", start);
    if (start === 0 || next < end) break;
    const xml = unpacked(() => inflateSync(pdf.subarray(start, next), { maxOutputLength: LONGEST_XML }));
    if (xml.includes("CrossIndustryInvoice")) return xml;
    end = next + "endstream".length;
  }
  return "";
}

function invoiceIn(xml: string): InvoiceData | undefined {
  const isCii = xml.includes("CrossIndustryInvoice");
  const head = isCii ? after(xml, "ExchangedDocument>") : xml;
  const number = valueOf(head, "ID");
  if (number === undefined || !/Invoice|CreditNote/.test(xml)) return undefined;
  const day = valueOf(head, isCii ? "DateTimeString" : "IssueDate");
  const party = (cii: string, ubl: string): string | undefined =>
    copyOf(/>\s*(\d{14})\s*</.exec(after(xml, isCii ? cii : ubl).slice(0, PARTY_LENGTH))?.[1]);
  const amount = (cii: string, ubl: string): number | undefined => {
    const value = Number(valueOf(xml, isCii ? cii : ubl) ?? NaN);
    return Number.isFinite(value) ? value : undefined;
  };
  return {
    number,
    date: day?.replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3"),
    supplier: party("SellerTradeParty>", "AccountingSupplierParty>"),
    recipient: party("BuyerTradeParty>", "AccountingCustomerParty>"),
    withoutVat: amount("TaxBasisTotalAmount", "TaxExclusiveAmount"),
    withVat: amount("GrandTotalAmount", "TaxInclusiveAmount"),
  };
}

const after = (xml: string, mark: string): string => xml.split(mark, 2)[1] ?? "";

/** Every repetition is bounded, so that no file takes long to parse. */
const valueOf = (xml: string, element: string): string | undefined =>
  copyOf(new RegExp(`<(?:\\w{1,20}:)?${element}(?:\\s[^<>]{0,200})?>([^<>]{1,200})<`).exec(xml)?.[1]?.trim());

/** A substring would keep the whole string in memory. */
const copyOf = (part: string | undefined): string | undefined => (part ? Buffer.from(part).toString() : undefined);
