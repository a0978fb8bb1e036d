using Hawser.Ovsdb;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Ovsdb;

public sealed class TlsTests
{
    [Fact]
    public async Task A_replica_follows_and_writes_over_tls()
    {
        using var certificates = new Certificates();
        await using var server = await ServeAsync(certificates.Server);
        await using var running = await RunningReplica.StartAsync(Zoo.Follow(server.Ssl) with { Tls = certificates.Client });
        var transaction = Zoo.Change();
        // More than one TLS record.
        transaction.Insert("Animal", Zoo.Animal(new string('x', 100_000)));
        await running.Replica.TransactAsync(transaction, Within.Seconds(10));
        running.Replica.Current!["Animal"].Rows.ShouldHaveSingleItem().Get(Zoo.Name).Length.ShouldBe(100_000);
    }

    [Fact]
    public async Task A_server_that_another_authority_signed_is_refused()
    {
        using var certificates = new Certificates();
        using var others = new Certificates();
        await using var server = await ServeAsync(certificates.Server);
        var tls = certificates.Client with { CaFile = others.Client.CaFile };
        var error = await Should.ThrowAsync<OvsdbConnectionException>(
            () => OvsdbSession.ConnectAsync(server.Ssl, tls, Within.Seconds(10)));
        error.Endpoint.ShouldBe(server.Ssl.ToString());
    }

    [Fact]
    public async Task A_file_that_is_missing_is_named()
    {
        using var certificates = new Certificates();
        await using var server = await ServeAsync(certificates.Server);
        var tls = certificates.Client with { PrivateKeyFile = "/nowhere/client.key" };
        var error = await Should.ThrowAsync<OvsdbConnectionException>(
            () => OvsdbSession.ConnectAsync(server.Ssl, tls, Within.Seconds(10)));
        error.Message.ShouldContain("/nowhere");
    }

    static Task<OvsdbServer> ServeAsync(OvsdbTls tls) => Zoo.ServeAsync(
        "pssl:0:127.0.0.1",
        $"--ca-cert={tls.CaFile}",
        $"--certificate={tls.CertificateFile}",
        $"--private-key={tls.PrivateKeyFile}");
}
