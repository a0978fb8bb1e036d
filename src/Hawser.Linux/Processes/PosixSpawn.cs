using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Hawser.Linux;

/// <summary><c>posix_spawn</c>: a child that shares our memory until it has become the other program.</summary>
internal static unsafe class PosixSpawn
{
    const short SetDefaultSignals = 0x04;
    const short SetSignalMask = 0x08;

    // posix_spawn_file_actions_t is 80 bytes with glibc and with musl, posix_spawnattr_t 336; sigset_t is 128.
    const int ActionsSize = 128;
    const int AttributesSize = 512;
    const int SignalSetSize = 128;

    /// <summary>Starts a program with our environment and the given three streams.</summary>
    /// <returns>Its process id.</returns>
    public static int Start(string path, ReadOnlySpan<string> arguments, SafeFileHandle input, SafeFileHandle output, SafeFileHandle errors)
    {
        var argv = new List<string> { Path.GetFileName(path) };
        argv.AddRange(arguments);
        var actions = stackalloc byte[ActionsSize];
        var attributes = stackalloc byte[AttributesSize];
        Require(Libc.FileActionsInit(actions), path);
        Require(Libc.SpawnAttributesInit(attributes), path);
        var argvBlock = Block(argv);
        var environmentBlock = Block(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => $"{entry.Key}={entry.Value}"));
        try
        {
            foreach (var (target, file) in ((int, SafeFileHandle)[])[(0, input), (1, output), (2, errors)])
            {
                Require(Libc.FileActionsAddDup2(actions, (int)file.DangerousGetHandle(), target), path);
            }

            ResetSignals(attributes, path);
            int id;
            fixed (byte* file = Encoding.UTF8.GetBytes(path + '\0'))
            {
                Require(Libc.Spawn(&id, file, actions, attributes, argvBlock, environmentBlock), path);
            }

            return id;
        }
        finally
        {
            NativeMemory.Free(argvBlock);
            NativeMemory.Free(environmentBlock);
            _ = Libc.SpawnAttributesDestroy(attributes);
            _ = Libc.FileActionsDestroy(actions);
        }
    }

    /// <summary>The runtime ignores SIGPIPE, and a child would inherit that.</summary>
    static void ResetSignals(void* attributes, string path)
    {
        var signals = stackalloc byte[SignalSetSize];
        new Span<byte>(signals, SignalSetSize).Clear();
        Require(Libc.SpawnAttributesSetSignalMask(attributes, signals), path);
        new Span<byte>(signals, SignalSetSize).Fill(0xff);
        Require(Libc.SpawnAttributesSetDefaultSignals(attributes, signals), path);
        Require(Libc.SpawnAttributesSetFlags(attributes, SetDefaultSignals | SetSignalMask), path);
    }

    /// <summary>The pointers, a null, and behind them the texts: one piece of memory.</summary>
    static byte** Block(IEnumerable<string> texts)
    {
        var encoded = texts.Select(text => Encoding.UTF8.GetBytes(text + '\0')).ToArray();
        var pointers = (byte**)NativeMemory.Alloc((nuint)(((encoded.Length + 1) * sizeof(byte*)) + encoded.Sum(text => text.Length)));
        var next = (byte*)(pointers + encoded.Length + 1);
        for (var i = 0; i < encoded.Length; i++)
        {
            pointers[i] = next;
            encoded[i].CopyTo(new Span<byte>(next, encoded[i].Length));
            next += encoded[i].Length;
        }

        pointers[encoded.Length] = null;
        return pointers;
    }

    static void Require(int errno, string path)
    {
        if (errno != 0) throw new LinuxException(errno, $"start {path}");
    }
}
