/** What a deposited file says of its invoices, as far as the local PISTE needs it: UBL, CII, Factur-X or an archive of them. */
import { gunzipSync, inflateSync } from "node:zlib";

export interface InvoiceData {
  readonly number: string;
  /** yyyy-mm-dd */
  readonly date?: string | undefined;
  readonly supplier?: string | undefined;
  readonly recipient?: string | undefined;
  readonly withoutVat?: number | undefined;
  readonly withVat?: number | undefined;
  readonly toPay?: number | undefined;
  readonly currency?: string | undefined;
}

const MOST_INVOICES = 100;
const MOST_STREAMS = 200;
const LONGEST_XML = 1024 * 1024;
const LONGEST_ARCHIVE = 32 * LONGEST_XML;
/** A party stands near the beginning of its element. */
const PARTY_LENGTH = 4000;

/** Without any that can be read: one, named after the file. What is in the invoices is not checked. */
export function invoicesIn(base64: string, fileName: string): InvoiceData[] {
  const found = textOf(Buffer.from(base64, "base64"))
    .split(/(?=<\?xml)/, MOST_INVOICES + 1)
    .map((xml) => invoiceIn(xml.slice(0, LONGEST_XML)))
    .filter((invoice) => invoice !== undefined)
    .slice(0, MOST_INVOICES);
  return found.length > 0 ? found : [{ number: fileName.replace(/\..*$/, "") || fileName }];
}

function textOf(file: Buffer): string {
  if (file.subarray(0, 4).toString("latin1") === "%PDF") return embeddedXml(file) ?? "";
  if (file[0] !== 0x1f || file[1] !== 0x8b) return file.toString("utf8");
  return unpacked(() => gunzipSync(file, { maxOutputLength: LONGEST_ARCHIVE })) ?? "";
}

function unpacked(unpack: () => Buffer): string | undefined {
  try {
    return unpack().toString("utf8");
  } catch {
    return undefined;
  }
}

function embeddedXml(pdf: Buffer): string | undefined {
  let at = 0;
  for (let streams = 0; streams < MOST_STREAMS; streams++) {
    const start = pdf.indexOf("stream", at);
    const end = pdf.indexOf("endstream", start + 1);
    if (start === -1 || end === -1) return undefined;
    // The keyword is followed by LF or CR LF.
    const stream = pdf.subarray(start + "stream".length + (pdf[start + "stream".length] === 0x0d ? 2 : 1), end);
    const xml = unpacked(() => inflateSync(stream, { maxOutputLength: LONGEST_XML })) ?? stream.toString("utf8");
    if (xml.includes("CrossIndustryInvoice")) return xml;
    at = end + "endstream".length;
  }
  return undefined;
}

function invoiceIn(xml: string): InvoiceData | undefined {
  const isCii = xml.includes("CrossIndustryInvoice");
  const head = isCii ? from(xml, "ExchangedDocument>") : xml;
  const number = valueOf(head, "ID");
  if (number === undefined || !/Invoice|CreditNote/.test(xml)) return undefined;
  const amount = (cii: string, ubl: string): number | undefined => {
    const value = Number(valueOf(xml, isCii ? cii : ubl) ?? NaN);
    return Number.isFinite(value) ? value : undefined;
  };
  const party = (cii: string, ubl: string): string | undefined =>
    />\s*(\d{14})\s*</.exec(from(xml, isCii ? cii : ubl).slice(0, PARTY_LENGTH))?.[1];
  return {
    number,
    date: isCii
      ? valueOf(head, "DateTimeString")?.replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3")
      : valueOf(xml, "IssueDate"),
    supplier: party("SellerTradeParty>", "AccountingSupplierParty>"),
    recipient: party("BuyerTradeParty>", "AccountingCustomerParty>"),
    withoutVat: amount("TaxBasisTotalAmount", "TaxExclusiveAmount"),
    withVat: amount("GrandTotalAmount", "TaxInclusiveAmount"),
    toPay: amount("DuePayableAmount", "PayableAmount"),
    currency: valueOf(xml, isCii ? "InvoiceCurrencyCode" : "DocumentCurrencyCode"),
  };
}

/** Empty when it is not there. */
function from(xml: string, mark: string): string {
  const at = xml.indexOf(mark);
  return at === -1 ? "" : xml.slice(at + mark.length);
}

const valueOf = (xml: string, element: string): string | undefined =>
  new RegExp(`<(?:\\w{1,20}:)?${element}(?:\\s[^<>]{0,200})?>\\s*([^<>]{1,100}?)\\s*<`).exec(xml)?.[1];
