/*---
title: Work began before the terms were signed
clauses: [COC-PRE-06]
severity: indicator
status: stable
version: 2
needs: [Contract.signed_on]
record: Contract
subject: Contract
identity: [contract_id]
respondent: buyer_id
parameters:
  tolerance_days: {type: integer, default: 0, minimum: 0, unit: days, basis: "none: the Code wants the terms agreed at the outset"}
message: "{payee} worked for {payer} from {first_work_on} on, before the terms were signed ({signature})"
innocent: ["A letter of intent was in force", "The contract renews one whose terms went on", "The day of signature was not recorded"]
ask: ["The signed contract", "The letter of intent", "The first referral or invoice, if its date is wrong"]
assess: null
---*/
// Work shows in the start of delivery, in the first referral or in the first invoice (advances aside). What lies after
// the day of the sweep has not happened yet, a later signature neither: 9999999 stands for a day that has not come. While
// the days allowed run, a signature may still come in time.
MATCH (c:Contract)
WHERE c.tier >= 2 AND (c.starts_day <= $as_of_day OR c.signed_day <= $as_of_day
       OR c.first_invoice_day <= $as_of_day OR c.first_referral_day <= $as_of_day)
MATCH (payer:Organisation) WHERE payer.org_id = c.buyer_id
MATCH (payee:Organisation) WHERE payee.org_id = c.supplier_id
WITH c, payer.name AS payer, payee.name AS payee,
     CASE WHEN c.starts_day <= $as_of_day THEN c.starts_day ELSE 9999999 END AS started,
     CASE WHEN c.first_referral_day <= $as_of_day THEN c.first_referral_day ELSE 9999999 END AS referred,
     CASE WHEN c.first_invoice_day <= $as_of_day THEN c.first_invoice_day ELSE 9999999 END AS invoiced,
     CASE WHEN c.signed_day <= $as_of_day THEN c.signed_day ELSE 9999999 END AS signed
WITH c, payer, payee, started, referred, signed,
     CASE WHEN started <= referred AND started <= invoiced THEN started
          WHEN referred <= invoiced THEN referred
          ELSE invoiced END AS worked
RETURN c.contract_id AS contract_id,
       c.source_id AS source_id,
       c.source_row AS source_row,
       c.buyer_id AS buyer_id,
       payer,
       payee,
       CASE WHEN worked = started THEN c.starts_on
            WHEN worked = referred THEN c.first_referral_on
            ELSE c.first_invoice_on END AS first_work_on,
       CASE WHEN signed < 9999999 THEN 'signed later' ELSE 'no signature so far' END AS signature,
       CASE WHEN signed < 9999999 THEN signed - worked END AS days_before,
       worked + $tolerance_days < signed AS flagged,
       CASE WHEN c.inferred THEN 'inferred contract'
            WHEN worked <= $as_of_day AND signed = 9999999 AND worked + $tolerance_days > $as_of_day THEN 'still in time'
            END AS excluded_reason
