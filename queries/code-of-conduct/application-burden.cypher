/*---
title: Application asked for too much, or not for the same of everybody
clauses: [COC-PRE-02]
severity: indicator
status: stable
version: 2
needs: [Opportunity]
record: Opportunity
subject: Opportunity
identity: [opportunity_id]
respondent: buyer_id
parameters:
  turnover_ratio_max: {type: number, default: 2, minimum: 0, unit: times the yearly value, basis: "statute, as an analogue: the Public Contracts Regulations 2015 reg. 58(9) cap the turnover that may be asked at twice the estimated value"}
  questions_apart_max: {type: integer, default: 0, minimum: 0, unit: questions, basis: "none: the clause wants application processes consistent"}
message: "{buyer} asked of applicants for one opportunity {burden}[[; turnover {turnover_ratio} times the yearly value]][[; numbers of questions up to {questions_apart} apart, {fewest_questions} to {most_questions} ({applicants} applicants)]]"
innocent: ["Payment by outcome needs a financial standing beyond the yearly value", "A second stage asked more of those who had passed the first", "Some answered through a pre-qualification that was already on file", "The value is of part of the contract only"]
ask: ["The question sets side by side", "The reason given for the turnover asked", "The value that the limit was set by"]
assess: null
---*/
// Two ways to overburden, each enough by itself; to pass, both have to be known. Those who withdrew may have stopped
// half-way through the questions, and what was decided after the day of the sweep is not known yet.
MATCH (o:Opportunity)
WHERE o.published_day IS NULL OR o.published_day <= $as_of_day
MATCH (buyer:Organisation) WHERE buyer.org_id = o.buyer_id
OPTIONAL MATCH (o)<-[:ANSWERS]-(a:Application)
WHERE a.decision <> 'withdrawn' AND (a.decided_day IS NULL OR a.decided_day <= $as_of_day)
WITH o, buyer.name AS buyer, count(a.application_id) AS applicants, count(a.questions_asked) AS told,
     min(a.questions_asked) AS fewest_questions, max(a.questions_asked) AS most_questions,
     CASE WHEN o.annual_value_pence > 0 THEN 1.0 * o.min_turnover_pence / o.annual_value_pence END AS turnover_ratio
WITH o, buyer, applicants, fewest_questions, most_questions, turnover_ratio,
     coalesce(turnover_ratio > $turnover_ratio_max, false) AS too_rich,
     coalesce(most_questions - fewest_questions > $questions_apart_max, false) AS uneven,
     CASE WHEN turnover_ratio IS NULL THEN 'value or turnover asked unknown'
          WHEN applicants = 0 THEN 'no application known'
          WHEN applicants > 1 AND told < applicants THEN 'questions unknown' END AS unknown
RETURN o.opportunity_id AS opportunity_id,
       o.source_id AS source_id,
       o.source_row AS source_row,
       o.buyer_id AS buyer_id,
       buyer,
       o.min_turnover_pence AS min_turnover_pence,
       o.annual_value_pence AS annual_value_pence,
       turnover_ratio,
       applicants,
       fewest_questions,
       most_questions,
       CASE WHEN uneven THEN most_questions - fewest_questions END AS questions_apart,
       CASE WHEN too_rich AND uneven THEN 'more turnover than the contract warrants, and unequal numbers of questions'
            WHEN too_rich THEN 'more turnover than the contract warrants'
            WHEN uneven THEN 'unequal numbers of questions' END AS burden,
       too_rich OR uneven AS flagged,
       CASE WHEN NOT too_rich AND NOT uneven THEN unknown END AS not_assessable
