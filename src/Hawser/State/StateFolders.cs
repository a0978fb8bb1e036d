using System.Text;
using Hawser.Core;
using Hawser.Linux;

namespace Hawser.State;

/// <summary>Where a daemon keeps what it must not forget.</summary>
/// <param name="State">Survives a reboot: /var/lib/hawser.</param>
/// <param name="Run">Ends with a reboot, as containers do: /run/hawser, on tmpfs.</param>
sealed record StateFolders(string State, string Run)
{
    public static StateFolders Default { get; } = new("/var/lib/hawser", "/run/hawser");
}

/// <summary>
/// The file that names this installation. It is lost with the state folder, so that rows of an unknown past are foreign and
/// never pruned.
/// </summary>
static class InstanceFile
{
    public static InstanceId ReadOrMake(string stateFolder)
    {
        Directory.CreateDirectory(stateFolder);
        var file = Path.Combine(stateFolder, "instance");
        if (File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } known) return new InstanceId(known);
        var made = Guid.NewGuid().ToString("N")[..8];
        var unfinished = file + ".new";
        using (var handle = File.OpenHandle(unfinished, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(handle, Encoding.ASCII.GetBytes(made + "\n"), 0);
            RandomAccess.FlushToDisk(handle);
        }
        File.Move(unfinished, file, overwrite: true);
        // On disk before the first row is marked with the id: after a power loss, marks of an unknown instance would be orphans.
        Durability.SyncFolder(stateFolder);
        return new InstanceId(made);
    }
}
