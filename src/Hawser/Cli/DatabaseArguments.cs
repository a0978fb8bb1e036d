using System.CommandLine;
using Hawser.Core.Tables;
using Hawser.Ovsdb;

namespace Hawser.Cli;

/// <summary>Where Open vSwitch's database is, for every verb that talks to it.</summary>
static class DatabaseArguments
{
    public static Option<OvsdbEndpoint[]> Ovsdb { get; } = new("--ovsdb")
    {
        Description = "Open vSwitch's database: unix:FILE, tcp:HOST:PORT or ssl:HOST:PORT; several with commas, for fail-over",
        HelpName = "SERVER[,SERVER]",
        CustomParser = result => Parsing.Try(result, text => OvsdbEndpoint.ParseList(text).ToArray(), []),
        DefaultValueFactory = _ => [OvsdbEndpoint.Parse("unix:/run/openvswitch/db.sock")],
    };

    public static Option<string?> PrivateKey { get; } = new("--private-key")
    {
        Description = "Private key for ssl servers (PEM)",
        HelpName = "FILE",
    };

    public static Option<string?> Certificate { get; } = new("--certificate")
    {
        Description = "Certificate for ssl servers (PEM)",
        HelpName = "FILE",
    };

    public static Option<string?> CaCertificate { get; } = new("--ca-cert")
    {
        Description = "Certificate of the authority that signed the servers' (PEM)",
        HelpName = "FILE",
    };

    /// <summary>Adds the options to a command.</summary>
    public static void AddTo(Command command)
    {
        foreach (var option in new Option[] { Ovsdb, PrivateKey, Certificate, CaCertificate }) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (new[] { PrivateKey, Certificate, CaCertificate }.Count(o => result.GetValue(o) is not null) is 1 or 2)
                result.AddError("--private-key, --certificate and --ca-cert belong together: give all three or none");
        });
    }

    /// <summary>The keys, if they are given.</summary>
    public static OvsdbTls? Tls(ParseResult arguments) =>
        arguments.GetValue(PrivateKey) is { } key
        && arguments.GetValue(Certificate) is { } certificate
        && arguments.GetValue(CaCertificate) is { } authority
            ? new OvsdbTls(authority, certificate, key)
            : null;

    /// <summary>Asks Open vSwitch's database once.</summary>
    /// <exception cref="AdminException">It does not answer.</exception>
    public static Task<T> VisitVswitchAsync<T>(ParseResult arguments, Func<OvsdbReplica, Snapshot, Task<T>> ask, CancellationToken ct) =>
        DatabaseVisit.RunAsync("Open vSwitch's database", new OvsdbReplicaOptions
        {
            Database = Vswitch.Database,
            Endpoints = [.. arguments.GetRequiredValue(Ovsdb)],
            Tls = Tls(arguments),
            Tables = Vswitch.Monitors,
        }, ask, ct);
}
