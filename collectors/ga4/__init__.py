"""Google Analytics 4: use of the town's site and app, by the vendor's own client over gRPC or REST.

Belongs here: questions asked of a property and what makes their answers doubtful. Does not: choosing
among several readings of a month, which is staging's.

| call | stream | scope |
|---|---|---|
| `properties/N:runReport`, a month | `ga4_month` | the role Viewer on the property |
| `properties/N:runReport`, by day | `ga4_day` | the same |
| `properties/N:runReport`, by page path | `ga4_page` | the same |
"""
