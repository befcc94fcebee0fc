-- Required places and kinds of need of head contracts in force, with who delivers there and whether evidence shows that it can.
WITH in_force AS (
    SELECT * FROM Contract
    WHERE starts_on <= $as_of AND coalesce(ends_on, $as_of) >= $as_of AND coalesce(ended_on, $as_of) >= $as_of
), required AS (
    SELECT DISTINCT contract_id, coalesce(q.area_id, h.area_id, '') AS area_id, q.need_type
    FROM Requirement AS q JOIN in_force AS h USING (contract_id) WHERE q.need_type IS NOT NULL
), delivered AS (
    SELECT DISTINCT k.head_contract_id AS contract_id, d.need_type, d.area_id AS at_id, k.supplier_id
    FROM Delivery AS d JOIN in_force AS k USING (contract_id)
    WHERE coalesce(d.capacity_per_quarter, 1) > 0 AND coalesce(d.agreed_on, $as_of) <= $as_of
), ranked AS (
    SELECT area_id, name, list_position(['lad', 'jcp_district', 'contract_area', 'region', 'nation'], kind) AS breadth FROM Area
), part AS (
    SELECT i.to_id AS area_id, r.area_id AS part_id, r.name, r.breadth FROM "INSIDE-Area-Area" AS i JOIN ranked AS r ON r.area_id = i.from_id
), finest AS (
    SELECT q.contract_id, q.need_type, q.area_id, min(p.breadth) AS breadth
    FROM required AS q JOIN part AS p USING (area_id) JOIN delivered AS d ON d.contract_id = q.contract_id
         AND d.need_type = q.need_type AND d.at_id = p.part_id
    WHERE p.part_id <> p.area_id GROUP BY ALL
), place AS (
    SELECT q.contract_id, q.need_type, coalesce(p.part_id, q.area_id) AS place_id, coalesce(p.name, q.area_id) AS place
    FROM required AS q LEFT JOIN finest AS f USING (contract_id, need_type, area_id)
    LEFT JOIN part AS p ON p.area_id = q.area_id
         AND CASE WHEN f.breadth IS NULL THEN p.part_id = q.area_id ELSE p.breadth = f.breadth END
), provider AS (
    SELECT DISTINCT p.*, d.supplier_id
    FROM place AS p JOIN "INSIDE-Area-Area" AS i ON i.from_id = p.place_id JOIN delivered AS d
         ON d.contract_id = p.contract_id AND d.need_type = p.need_type AND d.at_id = i.to_id
), shown AS (
    SELECT e.from_id AS supplier_id, e.need_type, c.code,
           coalesce(e.expires_day, e.issued_day + CASE WHEN c.stage = 'supplier management' THEN $yearly_days ELSE $fresh_days END) AS last_day
    FROM "EVIDENCES-Organisation-Capability" AS e JOIN Capability AS c ON c.code = e.to_id
    WHERE e.level >= $min_level AND coalesce(e.issued_on, $as_of) <= $as_of
), proven AS (
    SELECT p.supplier_id, p.need_type, bool_or(s.last_day >= $as_of_day AND s.need_type IS NOT NULL) AS covers,
           bool_or(s.last_day >= $as_of_day OR s.last_day IS NULL) AS perhaps
    FROM (SELECT DISTINCT supplier_id, need_type FROM provider) AS p JOIN shown AS s
         ON s.supplier_id = p.supplier_id AND (s.need_type = p.need_type OR s.need_type IS NULL AND s.code = 'M6')
    GROUP BY ALL
)
SELECT v.contract_id, v.place_id, v.place, v.need_type, v.supplier_id, o.name AS supplier, s.owner_id, s.owner_name AS owner,
       coalesce(e.covers, false) AS covers, coalesce(e.perhaps, false) AS perhaps
FROM provider AS v JOIN Organisation AS o ON o.org_id = v.supplier_id
JOIN OwnerSpell AS s ON s.org_id = o.org_id AND $as_of_day >= s.from_day AND $as_of_day < s.to_day
LEFT JOIN proven AS e USING (supplier_id, need_type)
