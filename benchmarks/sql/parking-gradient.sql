-- Contacts of each provider's customers, by cell and quarter.
SELECT o.org_id, o.name AS org_name, r.customer_group, r.area_id, r.quarter, r.difficulty_band AS band, r.customers,
       r.contacts IS NULL AS unknown, count(*) AS n, coalesce(sum(r.contacts), 0) AS contacts,
       coalesce(sum(r.contacts * r.contacts), 0) AS contacts_squared
FROM Referral AS r JOIN Contract AS c USING (contract_id) JOIN Organisation AS o ON o.org_id = c.supplier_id
WHERE r.referred_on <= $as_of GROUP BY ALL
