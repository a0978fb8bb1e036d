namespace Hawser.Admin;

/// <summary>What to explain: a name, or the beginning of an id.</summary>
public sealed record ExplainRequest(string Name = "");

/// <summary>What <c>hawser explain --json</c> prints. Fields are added, never renamed.</summary>
public sealed record ExplainReport(IReadOnlyList<SubjectReport> Subjects);

/// <summary>A network, or a container's endpoint on one.</summary>
/// <param name="Kind">"network", "endpoint" or "attachment".</param>
/// <param name="Id">Docker's id.</param>
/// <param name="Words">What it is, in a sentence.</param>
/// <param name="Units">What must exist for it.</param>
/// <param name="Rules">The firewall rules that exist because of it.</param>
/// <param name="RuleDifferences">What differs in the host's firewall, if it has rules there.</param>
public sealed record SubjectReport(
    string Kind, string Id, string Words, IReadOnlyList<UnitReport> Units,
    IReadOnlyList<string> Rules, IReadOnlyList<string> RuleDifferences);

/// <summary>What is planned and applied as one.</summary>
/// <param name="Unit">"bridge/NAME", "router/VRF", "switch/NAME", "endpoint/ID" or "attachment/ID".</param>
/// <param name="State">How far it has come.</param>
/// <param name="Detail">What is missing or wrong, if something is.</param>
/// <param name="Plan">The rows, links and addresses that must exist, a line each; rows that belong to others are indented.</param>
/// <param name="Differences">What of it is missing or different, a sentence each.</param>
public sealed record UnitReport(string Unit, string State, string? Detail, IReadOnlyList<string> Plan, IReadOnlyList<string> Differences);
