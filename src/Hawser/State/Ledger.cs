using Hawser.Core;

namespace Hawser.State;

/// <summary>The records of one kind, a file each, in the folder that suits their owner.</summary>
/// <param name="nameOf">The file's name of a record, without extension.</param>
/// <param name="lasting">The folder of records that are still true after a reboot: it is synced to disk.</param>
/// <param name="fleeting">The folder of those that are not, on tmpfs; null if all of them are.</param>
/// <param name="endsWithReboot">Whether a record belongs there; the same for all of its life.</param>
sealed class Ledger<T>(Func<T, string> nameOf, RecordFolder<T> lasting, RecordFolder<T>? fleeting = null, Predicate<T>? endsWithReboot = null) where T : class
{
    /// <summary>Reads all records; files that cannot be read are handed over, and stay where they are.</summary>
    public IEnumerable<T> Load(Action<string, Exception> onUnreadable) => lasting.Load(onUnreadable).Concat(fleeting?.Load(onUnreadable) ?? []);

    /// <summary>Writes a record, unless it is equal to the known one.</summary>
    /// <exception cref="PluginException">It cannot be written: the record before stays.</exception>
    public void Write(T record, T? known)
    {
        if (!record.Equals(known)) FolderOf(record).Write(nameOf(record), record);
    }

    /// <summary>Deletes a record; one that is gone is fine.</summary>
    /// <exception cref="PluginException">It cannot be deleted.</exception>
    public void Delete(T record) => FolderOf(record).Delete(nameOf(record));

    RecordFolder<T> FolderOf(T record) => fleeting is not null && endsWithReboot?.Invoke(record) == true ? fleeting : lasting;
}
