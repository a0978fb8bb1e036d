using Hawser.Core.Tables;
using Hawser.Ovn;
using Hawser.Ovsdb;

namespace Hawser.Cli;

/// <summary>Checks everything that has to be there before a container can have a logical switch port on this host.</summary>
static class OvnCheck
{
    const string HowTo = "`hawser ovn setup --central IP --encap-ip IP` sets it";

    public static async Task<OvnReport> RunAsync(Snapshot vswitch, OvnOverrides overrides, CancellationToken ct)
    {
        var ovn = OvnSettings.Read(vswitch);
        if (!overrides.Northbound.IsEmpty) ovn = ovn with { Northbound = string.Join(',', overrides.Northbound) };
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["ovn-bridge"] = ovn.Bridge };
        var missing = new List<string>();
        Setting("system-id", ovn.Chassis, "Open vSwitch's start script sets it");
        Setting("ovn-nb", ovn.Northbound, HowTo);
        Setting("ovn-remote", ovn.Southbound, HowTo);
        Setting("ovn-encap-ip", ovn.EncapIp, HowTo);
        Setting("ovn-encap-type", ovn.EncapType, HowTo);
        var tls = overrides.Tls ?? ovn.Tls;

        if (ovn.Northbound is not null)
        {
            await TryAsync(() => VisitAsync("OVN's northbound database", Northbound.Database, ovn.Northbound, tls,
                new TableMonitor("NB_Global", "nb_cfg"), _ => null, ct));
        }
        if (ovn.Southbound is not null)
        {
            await TryAsync(() => VisitAsync("OVN's southbound database", "OVN_Southbound", ovn.Southbound, tls,
                new TableMonitor("Chassis", "name"), snapshot => NoChassis(snapshot, ovn.Chassis), ct));
        }
        if (vswitch[Vswitch.Bridge].Find("name", ovn.Bridge) is null)
            missing.Add($"integration bridge {ovn.Bridge} does not exist: ovn-controller makes it; is it running?");
        return new OvnReport(missing.Count == 0, settings, missing);

        void Setting(string key, string? value, string how)
        {
            if (value is null) missing.Add($"external_ids:{key} of table Open_vSwitch is not set; {how}");
            else settings[key] = value;
        }

        async Task TryAsync(Func<Task<string?>> look)
        {
            try
            {
                if (await look() is { } lack) missing.Add(lack);
            }
            catch (Exception e) when (e is AdminException or FormatException)
            {
                missing.Add(e.Message);
            }
        }
    }

    static string? NoChassis(Snapshot snapshot, string? chassis) =>
        chassis is null || snapshot["Chassis"].Find("name", chassis) is not null
            ? null : $"OVN's southbound database does not know chassis {chassis}: ovn-controller registers it; is it running?";

    static Task<string?> VisitAsync(
        string what, string database, string servers, OvsdbTls? tls,
        TableMonitor table, Func<Snapshot, string?> look, CancellationToken ct) =>
        DatabaseVisit.RunAsync(what, new OvsdbReplicaOptions
        {
            Database = database,
            Endpoints = OvsdbEndpoint.ParseList(servers),
            Tls = tls,
            Tables = [table with { Required = true }],
        }, (_, snapshot) => Task.FromResult(look(snapshot)), ct);
}
