namespace Hawser.Tests.Protocol;

/// <summary>A folder for sockets that goes with the test. In /tmp itself, for a socket's path has 107 bytes at most.</summary>
sealed class SocketFolder : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hawser-");

    public string this[string name] => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);
}
