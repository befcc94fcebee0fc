"""Adverts, applications, terms and tenders, as plain SQL over the files of a made-up market."""

from __future__ import annotations

PREQUALIFY_RULES = {
    "opportunity-not-advertised": """
        SELECT contract_id FROM contracts c LEFT JOIN opportunities o USING (opportunity_id)
        WHERE tier > 1 AND NOT inferred
        AND (o.opportunity_id IS NULL OR published_on > coalesce(least(signed_on, starts_on), starts_on))""",
    "advert-window-short": "SELECT opportunity_id FROM opportunities WHERE closes_on - published_on < 15",
    "application-burden": """
        SELECT opportunity_id FROM opportunities WHERE min_turnover_gbp > 2 * annual_value_gbp
        UNION SELECT opportunity_id FROM applications WHERE decision <> 'withdrawn'
        GROUP BY 1 HAVING count(DISTINCT questions_asked) > 1""",
    "feedback-missing": """
        SELECT application_id FROM applications
        WHERE decision = 'rejected' AND coalesce(feedback_on, as_of()) - decided_on > 28""",
    "risk-not-agreed": """
        SELECT contract_id FROM contracts WHERE tier > 1 AND NOT inferred
        AND (risk_agreed_on IS NULL OR risk_agreed_on > starts_on)""",
    "subcontract-too-short": """
        SELECT c.contract_id FROM chain c JOIN contracts h ON h.contract_id = c.head_id
        JOIN contracts a ON a.contract_id = c.parent_contract_id
        WHERE NOT c.inferred AND c.role <> 'spot' AND h.ends_on - h.starts_on + 1 >= 1825
        AND (2 * (c.ends_on - c.starts_on + 1) < a.ends_on - c.starts_on + 1
             OR (c.ends_on - c.starts_on + 1 < 730 AND a.ends_on - c.starts_on + 1 >= 730))""",
    "tender-window-short": """
        SELECT lot_id FROM lots WHERE estimated_annual_gbp >= 10000000 AND bids_due_on - shortlisted_on < 84""",
    "market-event-missing": """
        SELECT lot_id FROM lots WHERE market_event_on IS NULL OR market_event_on >= commenced_on""",
    "contract-term-unusual": """
        SELECT contract_id FROM contracts WHERE tier = 1
        AND ends_on - starts_on + 1 NOT BETWEEN 1825 AND 2558""",
}
