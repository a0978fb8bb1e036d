using Hawser.Core;

namespace Hawser.State;

/// <summary>The records of one kind, one file each, in the folder that suits their owner.</summary>
/// <param name="nameOf">Gives the name of a record's file, without extension.</param>
/// <param name="lasting">The folder of records that are still true after a reboot. It is synced to disk.</param>
/// <param name="fleeting">The folder of records that end with a reboot, on tmpfs; null if none does.</param>
/// <param name="endsWithReboot">Whether a record belongs into the fleeting folder. This never changes during its life.</param>
sealed class Ledger<T>(
    Func<T, string> nameOf, RecordFolder<T> lasting, RecordFolder<T>? fleeting = null, Predicate<T>? endsWithReboot = null)
    where T : class
{
    /// <summary>Reads all records. Files that cannot be read are reported, and stay where they are.</summary>
    public IEnumerable<T> Load(Action<string, Exception> onUnreadable) =>
        lasting.Load(onUnreadable).Concat(fleeting?.Load(onUnreadable) ?? []);

    /// <summary>Writes a record, unless it is equal to the known one.</summary>
    /// <exception cref="PluginException">It cannot be written. The earlier record stays.</exception>
    public void Write(T record, T? known)
    {
        if (!record.Equals(known)) FolderOf(record).Write(nameOf(record), record);
    }

    /// <summary>Deletes a record. One that is gone already is fine.</summary>
    /// <exception cref="PluginException">It cannot be deleted.</exception>
    public void Delete(T record) => FolderOf(record).Delete(nameOf(record));

    RecordFolder<T> FolderOf(T record) => fleeting is not null && endsWithReboot?.Invoke(record) == true ? fleeting : lasting;
}
