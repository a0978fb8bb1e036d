using System.Text.Json.Serialization;
using Hawser.State;

namespace Hawser.Tests.Converge;

/// <summary>A kind of record of its own, as mirrors and attachments will be.</summary>
public sealed partial class LedgerTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hawser-ledger-").FullName;

    internal sealed record Buoy(string Name, int Depth, bool IsMoored);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string Lasting => Path.Combine(_folder, "state");

    string Fleeting => Path.Combine(_folder, "run");

    Ledger<Buoy> Open() => new(
        b => b.Name, new(Lasting, durable: true, BuoyJson.Default.Buoy), new(Fleeting, durable: false, BuoyJson.Default.Buoy), static b => !b.IsMoored);

    static IEnumerable<Buoy> Load(Ledger<Buoy> ledger) => ledger.Load((file, e) => throw new InvalidOperationException(file, e));

    [Fact]
    public void Records_are_in_the_folder_that_suits_them()
    {
        var (moored, drifting) = (new Buoy("moored", 5, true), new Buoy("drifting", 5, false));
        foreach (var buoy in new[] { moored, drifting }) Open().Write(buoy, null);

        Load(Open()).ShouldBe([moored, drifting]);
        Directory.Delete(Fleeting, recursive: true);
        Load(Open()).ShouldBe([moored]);

        Open().Delete(moored);
        Load(Open()).ShouldBeEmpty();
    }

    [Fact]
    public void A_record_that_is_as_it_was_is_not_written_again()
    {
        var buoy = new Buoy("moored", 5, true);
        Open().Write(buoy, null);
        File.Delete(Path.Combine(Lasting, "moored.json"));

        Open().Write(buoy, buoy with { });
        Load(Open()).ShouldBeEmpty();
        Open().Write(buoy, buoy with { Depth = 6 });
        Load(Open()).ShouldBe([buoy]);
    }

    [JsonSerializable(typeof(Buoy))]
    sealed partial class BuoyJson : JsonSerializerContext;
}
