using System.Text;
using MetaStore.Raft.Runtime.Background;
using MetaStore.Raft.Runtime.Transport.Security;
using MetaStore.Server.Listening.Tls.Certificates;
using Microsoft.Extensions.Logging;

namespace MetaStore.Server.Listening.Tls.Peers;

/// <summary>The file of <c>--peer-secret-file</c>: secrets of all members, one a line, read again when they change. Any thread may call.</summary>
internal sealed class PeerSecretFile : IDisposable
{
    private const int SecretsMax = 8;
    private const UnixFileMode OfOthers = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private readonly ReloadedFiles<PeerSecrets> _file;
    private readonly TlsLog _log;
    private readonly SupervisedTimer _poll;

    private PeerSecretFile(string path, ILogger logger, TimeProvider time)
    {
        _log = new TlsLog(logger, time);
        _file = new ReloadedFiles<PeerSecrets>([path], files => Read(path, files[0]));
        _file.Load();
        _poll = new SupervisedTimer("reading of the peer secret", TlsFiles.PollInterval, Poll, logger, time);
    }

    /// <summary>What was read last without a fault.</summary>
    public PeerSecrets Current => _file.Current;

    /// <summary>Times that a changed file could not be used.</summary>
    public long ReloadFailures => _file.Failures;

    /// <summary>Reads the file and begins to look at it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="logger">Gets a line for each change, never a secret.</param>
    /// <param name="time">Clock of the polls.</param>
    /// <exception cref="TlsFileException">It cannot be used.</exception>
    public static PeerSecretFile Open(string path, ILogger logger, TimeProvider time) => new(path, logger, time);

    /// <summary>Reads secrets: lines without the white space around them; empty lines do not count.</summary>
    /// <exception cref="TlsFileException">There is none, one is too short, there are too many, or any user of the machine may read the file.</exception>
    public static PeerSecrets Read(string path, byte[] contents)
    {
        if (IsOpenToOthers(path))
        {
            throw new TlsFileException($"{path} cannot be used: every user of this machine may read or write it; change its mode to 0600");
        }

        // Latin-1 keeps every byte as it is.
        byte[][] secrets =
        [
            .. Encoding.Latin1.GetString(contents).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Encoding.Latin1.GetBytes),
        ];
        if (secrets.Length is 0 or > SecretsMax)
        {
            throw new TlsFileException($"{path} cannot be used: it has {secrets.Length} lines with a secret, and 1 to {SecretsMax} are possible");
        }

        var shortest = secrets.Min(secret => secret.Length);
        return shortest >= PeerSecrets.BytesMin
            ? new PeerSecrets(secrets)
            : throw new TlsFileException($"{path} cannot be used: a secret has {shortest} bytes, and {PeerSecrets.BytesMin} are the least; make one with: openssl rand -hex 32");
    }

    private static bool IsOpenToOthers(string path)
    {
        try
        {
            return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & OfOthers) != 0;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            throw new TlsFileException($"{path} cannot be read: {gone.Message}", gone);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _poll.Dispose();

    private void Poll()
    {
        if (_file.Poll(out var fault))
        {
            _log.Reloaded("peer secret");
        }

        if (fault is not null)
        {
            _log.ReloadFailed(fault);
        }
    }
}
