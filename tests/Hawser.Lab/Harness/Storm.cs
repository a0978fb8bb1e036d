namespace Hawser.Lab.Harness;

/// <summary>
/// A hundred containers at once. Of the tests that start as many one runs at a time: two are more than two processors bear,
/// and what fails then is Docker's patience. Ends when disposed.
/// </summary>
sealed class Storm : IDisposable
{
    static readonly SemaphoreSlim One = new(1, 1);

    Storm()
    {
    }

    /// <summary>Waits until no other rages.</summary>
    public static async Task<Storm> BeginAsync()
    {
        await One.WaitAsync();
        return new Storm();
    }

    public void Dispose() => One.Release();
}
