using Hawser.Linux;

namespace Hawser.Tests.Linux;

public class DurabilityTests
{
    // lab/test runs this on arm64 too, where the flags of open(2) have other bits.
    [Fact]
    public void A_folder_can_be_synced()
    {
        var folder = Directory.CreateTempSubdirectory("hawser-sync-");
        Durability.SyncFolder(folder.FullName);
        folder.Delete();
    }

    [Fact]
    public void A_folder_that_is_gone_is_named() =>
        Should.Throw<LinuxException>(() => Durability.SyncFolder("/nowhere/at/all")).Message.ShouldContain("open /nowhere/at/all");
}
