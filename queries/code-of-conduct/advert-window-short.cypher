/*---
title: Sub-contracting opportunity open for too few days
clauses: [COC-PRE-01]
severity: indicator
status: stable
version: 1
needs: [Opportunity.published_on, Opportunity.closes_on]
record: Opportunity
subject: Opportunity
identity: [opportunity_id]
respondent: buyer_id
parameters:
  open_days_min: {type: integer, default: 15, minimum: 1, unit: days, basis: "method: the default of indicator R003 of the Open Contracting Partnership's Cardinal"}
  annual_value_min_gbp: {type: number, default: 0, minimum: 0, unit: £ a year, basis: "project default: no floor, as the clause names none; raise it where small sub-contracts may be let faster"}
message: "{buyer} advertised an opportunity on {published_on} and closed it on {closes_on}: {open_days} days, when {open_days_min} are the least to be expected"
innocent: ["A provider had failed and somebody had to step in at once", "The advert repeats one that had been open before", "The days stand for a second stage, after an open first one"]
ask: ["The advert as it was published, with its day and the places where it stood", "The reason given at the time for the short window"]
assess: null
---*/
// The day of closing is announced with the advert, so it may lie ahead of the day of the sweep.
MATCH (o:Opportunity)
WHERE o.published_day IS NULL OR o.published_day <= $as_of_day
MATCH (buyer:Organisation) WHERE buyer.org_id = o.buyer_id
WITH o, buyer.name AS buyer, o.closes_day - o.published_day AS open_days,
     CASE WHEN o.annual_value_pence < 100 * $annual_value_min_gbp THEN 'below the floor' END AS excluded_reason,
     CASE WHEN $annual_value_min_gbp > 0 AND o.annual_value_pence IS NULL THEN 'value unknown'
          WHEN o.published_day IS NULL THEN 'day of the advert unknown'
          WHEN o.closes_day IS NULL THEN 'last day for applications unknown' END AS unknown
RETURN o.opportunity_id AS opportunity_id,
       o.source_id AS source_id,
       o.source_row AS source_row,
       o.buyer_id AS buyer_id,
       buyer,
       o.published_on AS published_on,
       o.closes_on AS closes_on,
       o.channels AS channels,
       open_days,
       $open_days_min AS open_days_min,
       open_days < $open_days_min AS flagged,
       unknown AS not_assessable,
       excluded_reason
