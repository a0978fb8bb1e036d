namespace Hawser.Core;

/// <summary>
/// A hash that is the same in every process and version: FNV-1a, 64 bits. Docker's ids are random, so nothing stronger is
/// needed to tell them apart, and the cryptographic ones would load OpenSSL into a daemon that has no other use for it.
/// </summary>
public static class StableHash
{
    const ulong OffsetBasis = 14695981039346656037;
    const ulong Prime = 1099511628211;

    /// <summary>The hash of a text.</summary>
    public static ulong Of(string text)
    {
        var hash = OffsetBasis;
        foreach (var c in text) hash = (hash ^ c) * Prime;
        // The last characters have hardly reached the upper bits yet; fold them in (the finalizer of MurmurHash3).
        hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccd;
        hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53;
        return hash ^ hash >> 33;
    }
}
