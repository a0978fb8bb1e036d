using System.Net;
using Hawser.Core;
using Hawser.Core.Intent;
using Hawser.Core.Options;
using Hawser.State;
using Hawser.Tests.Protocol;

namespace Hawser.Tests.Converge;

public sealed class IntentStoreTests : IDisposable
{
    static readonly NetworkRecord Network = new()
    {
        Id = new NetworkId("n"),
        Options = new NetworkOptions { BridgeName = "br0", Vlan = 10, Controllers = ["tcp:192.0.2.1:6653"], LocalMac = MacAddress.FromBytes([2, 0, 0, 0, 0, 1]) },
        Subnets = [new Subnet(IPNetwork.Parse("10.1.0.0/24"), IPAddress.Parse("10.1.0.1")) { Auxiliary = [IPAddress.Parse("10.1.0.9")] }, new Subnet(IPNetwork.Parse("fd00::/64"), null)],
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    static readonly EndpointRecord Endpoint = new()
    {
        Id = new EndpointId("e"),
        Network = Network.Id,
        Phase = EndpointPhase.Plugged,
        Address = IPAddress.Parse("10.1.0.2"),
        AddressIPv6 = IPAddress.Parse("fd00::2"),
        Mac = MacAddress.FromBytes([2, 0x42, 10, 1, 0, 2]),
        Options = new EndpointOptions { Vlan = 5, Trunks = [6, 7], MacPrefix = "0e" },
        Ports = [new PublishedPort(6, IPAddress.Loopback, 8080, 80)],
    };

    readonly string _folder = Directory.CreateTempSubdirectory("hawser-intent-").FullName;
    readonly LogLines _log = new();

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _log.Dispose();
    }

    IntentStore Load() => IntentStore.Load(new StateFolders(Path.Combine(_folder, "state"), Path.Combine(_folder, "run")), _log);

    [Fact]
    public void The_next_start_knows_all_that_was_put()
    {
        var store = Load();
        store.Put(_ => Network);
        store.Put(_ => Endpoint);

        var next = Load();
        next.Instance.ShouldBe(store.Instance);
        next.IsComplete.ShouldBeTrue();
        next.Current.Networks[Network.Id].ShouldBe(Network);
        next.Current.Endpoints[Endpoint.Id].ShouldBe(Endpoint);
        next.Current.Published.ShouldBe([Endpoint.Id]);
    }

    [Fact]
    public void After_a_reboot_what_the_operator_asked_for_is_still_known_and_Dockers_endpoints_are_not()
    {
        var attached = Endpoint with { Id = new EndpointId("attached"), Owner = IntentOwner.Operator, Ports = [] };
        var store = Load();
        store.Put(_ => Network);
        store.Put(_ => Endpoint);
        store.Put(_ => attached);

        // What is on tmpfs.
        Directory.Delete(Path.Combine(_folder, "run"), recursive: true);

        var next = Load();
        next.Current.Networks.Keys.ShouldBe([Network.Id]);
        next.Current.Endpoints.Values.ShouldBe([attached]);
        next.Change(attached.Id, e => e with { Phase = EndpointPhase.Removing });
        next.Forget(attached.Id);
        Load().Current.Endpoints.ShouldBeEmpty();
    }

    [Fact]
    public void Dockers_records_do_not_say_whose_they_are_so_that_every_version_reads_them()
    {
        var store = Load();
        store.Put(_ => Network);
        store.Put(_ => Endpoint);
        foreach (var file in Directory.EnumerateFiles(_folder, "*.json", SearchOption.AllDirectories))
            File.ReadAllText(file).ShouldNotContain("owner", Case.Insensitive);
    }

    [Fact]
    public void Only_what_is_being_removed_can_be_forgotten()
    {
        var store = Load();
        store.Put(_ => Network);
        store.Put(_ => Endpoint);
        store.Forget(Endpoint.Id);
        store.Forget(Network.Id);
        Load().Current.Endpoints.ShouldContainKey(Endpoint.Id);

        store.Change(Endpoint.Id, e => e with { Phase = EndpointPhase.Removing });
        store.Change(Network.Id, n => n with { IsRemoving = true });
        store.Forget(Endpoint.Id);
        store.Forget(Network.Id);
        store.Current.Networks.ShouldBeEmpty();
        var next = Load();
        next.Current.Networks.ShouldBeEmpty();
        next.Current.Endpoints.ShouldBeEmpty();
    }

    [Fact]
    public void What_a_kill_left_half_written_is_swept_away_and_the_record_before_holds()
    {
        Load().Put(_ => Network);
        var unfinished = Path.Combine(_folder, "state", "networks", "n.json.new");
        File.WriteAllText(unfinished, """{"Id":""");
        var next = Load();
        next.IsComplete.ShouldBeTrue();
        next.Current.Networks[Network.Id].ShouldBe(Network);
        File.Exists(unfinished).ShouldBeFalse();
    }

    [Fact]
    public void A_file_that_cannot_be_read_stays_and_stops_all_pruning()
    {
        Load().Put(_ => Network);
        var broken = Path.Combine(_folder, "state", "networks", "m.json");
        File.WriteAllText(broken, "{}");
        var next = Load();
        next.IsComplete.ShouldBeFalse();
        next.Current.Networks.Keys.ShouldBe([Network.Id]);
        File.Exists(broken).ShouldBeTrue();
        _log.Failures.ShouldHaveSingleItem().ShouldContain(broken);
    }

    [Fact]
    public void A_folder_that_somebody_removed_is_made_again()
    {
        var store = Load();
        Directory.Delete(Path.Combine(_folder, "run"), recursive: true);
        store.Put(_ => Endpoint);
        Load().Current.Endpoints.ShouldContainKey(Endpoint.Id);
    }

    [Fact]
    public void A_record_that_cannot_be_deleted_is_kept_and_its_file_is_named()
    {
        var store = Load();
        store.Put(_ => Network with { IsRemoving = true });
        var file = Path.Combine(_folder, "state", "networks", "n.json");
        File.Delete(file);
        Directory.CreateDirectory(file);
        Should.Throw<PluginException>(() => store.Forget(Network.Id)).Message.ShouldStartWith($"{file} cannot be deleted: ");
        store.Current.Networks.ShouldContainKey(Network.Id);

        Directory.Delete(file);
        store.Forget(Network.Id);
        store.Current.Networks.ShouldBeEmpty();
    }

    [Fact]
    public void A_record_that_cannot_be_written_changes_nothing_and_its_file_is_named()
    {
        var store = Load();
        var unfinished = Path.Combine(_folder, "state", "networks", "n.json.new");
        Directory.CreateDirectory(unfinished);
        Should.Throw<PluginException>(() => store.Put(_ => Network)).Message.ShouldStartWith($"{unfinished[..^4]} cannot be written: ");
        store.Current.Networks.ShouldBeEmpty();
    }
}
