/*---
title: Public staff transferred without the Statement of Practice
clauses: [COC-TUPE-04]
severity: breach
status: stable
version: 1
needs: [Contract.public_staff_transfer]
record: Contract
subject: Contract
identity: [contract_id]
respondent: supplier_id
message: "Staff of a public body moved to {supplier} under {contract_id}, and the Cabinet Office Statement of Practice was not applied"
innocent: ["No staff were in scope after all", "The same protection was given under another name", "The record was made before it was applied"]
ask: ["The list of staff who moved, by number", "The pension and terms that they were given"]
assess: null
---*/
MATCH (c:Contract)
WHERE c.starts_day <= $as_of_day
MATCH (o:Organisation) WHERE o.org_id = c.supplier_id
RETURN c.contract_id AS contract_id,
       c.source_id AS source_id,
       c.source_row AS source_row,
       c.supplier_id AS supplier_id,
       o.name AS supplier,
       c.tier AS tier,
       c.public_staff_transfer AND NOT c.cosop_applied AS flagged,
       CASE WHEN c.public_staff_transfer IS NULL THEN 'whether public staff moved unknown'
            WHEN c.public_staff_transfer AND c.cosop_applied IS NULL THEN 'whether it was applied unknown' END AS not_assessable,
       CASE WHEN c.inferred THEN 'inferred contract'
            WHEN NOT c.public_staff_transfer THEN 'no public staff moved' END AS excluded_reason
