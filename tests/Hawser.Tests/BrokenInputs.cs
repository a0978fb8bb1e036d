using System.Globalization;

namespace Hawser.Tests;

/// <summary>What fuzzers share. The same seed makes the same inputs; HAWSER_FUZZ_INPUTS is how many, for each seed.</summary>
static class BrokenInputs
{
    public static int Count(int usual) =>
        int.Parse(Environment.GetEnvironmentVariable("HAWSER_FUZZ_INPUTS") ?? usual.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>Makes inputs and reads them: each is understood or refused by an exception of this type, and by nothing else.</summary>
    public static async Task AreUnderstoodOrRefusedAsync<TRefusal>(int seed, Func<Random, (byte[] Bytes, Func<Task> Read)> make) where TRefusal : Exception
    {
        var random = new Random(seed);
        var count = Count(4000);
        var (understood, refused) = (0, 0);
        for (var number = 0; number < count; number++)
        {
            var (bytes, read) = make(random);
            try
            {
                await read();
                understood++;
            }
            catch (TRefusal)
            {
                refused++;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}, input {number}: {Convert.ToHexString(bytes)}", e);
            }
        }
        understood.ShouldBeGreaterThan(count / 20, "a mutation that always breaks a message tests nothing behind the frame");
        refused.ShouldBeGreaterThan(count / 20);
    }
}
