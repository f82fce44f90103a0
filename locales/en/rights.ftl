# What every right allows, as a group's card and the log say it.

right-stats-view = see counters and statistics without money
right-stats-money = see the money in statistics
right-stats-drill = go from figures to clients by name
right-service-pick = choose services by title
right-service-price = see prices of services
right-service-view = read services whole, with their price history
right-service-edit = create, change and archive services
right-ad-pick = choose running ads
right-ad-view = read ads whole, but not the budget
right-ad-budget = see budgets of ads
right-ad-edit = create, change, finish and restart ads
right-client-view = find clients and open their cards
right-client-add = create clients
right-touch-add = register touches of known clients
right-client-edit = change names and e-mails of clients
right-client-take = take clients from the queue and hand them over
right-client-phone = correct phones of clients
right-client-merge = merge two clients
right-contract-relink = move a contract to another touch
right-client-lose = mark clients lost and bring them back
right-touch-void-own = void one's own touch on the same day
right-touch-void-any = void any touch
right-note-view = read notes
right-note-add = add notes and outcomes of calls
right-followup-view = see next steps
right-followup-add = set and finish next steps
right-contract-dates = see count and dates of contracts, without amounts
right-contract-view = see contracts whole
right-contract-add = create and confirm contracts
right-contract-edit = change contracts while they are live
right-contract-terminate = end contracts early
right-contract-void-own = void one's own contract on the same day
right-contract-correct = change, end and void any contract
right-staff-manage = invite and block people, put them into groups
right-group-manage = set up groups and their rights
right-audit-own = see one's own actions
right-audit-all = see everybody's actions
right-export-aggregates = export figures without names
right-export-own = export one's own lists
right-export-all = export everything
right-import-clients = import clients from a file
right-system-check = see parked updates, check and repair data

## /groups

about-groups = what each group may do
button-groups = 🔐 Rights of groups
groups-title = <b>Groups and their rights</b>
groups-none = There are no groups yet: /seed_groups sets them up.
group-line = <b>{ $group }</b>: { $members ->
    [one] { $members } person
   *[other] { $members } people
}, { $count ->
    [one] { $count } right
   *[other] { $count } rights
}
group-hint = A tap gives the right or takes it away, at once for everybody in the group.
group-right-given = ✅ The group may now { $right }.
group-right-taken = ✅ The group may no longer { $right }.
group-right-last = ⛔ Nobody else could do this: at least one active person must keep the right.
