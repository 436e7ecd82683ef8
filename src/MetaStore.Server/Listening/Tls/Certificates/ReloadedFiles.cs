using System.Security.Cryptography;

namespace MetaStore.Server.Listening.Tls.Certificates;

/// <summary>Files that belong together and may change while the member runs: a certificate and its key, or authorities and their revocation lists.</summary>
/// <remarks>
/// <see cref="Poll"/> compares contents, since a secret of Kubernetes changes by a link and a copy may keep its time. New contents count when two polls
/// in a row have found the same, so files that are being written are not taken. Contents that cannot be used leave <see cref="Current"/> as it is.
/// <see cref="Poll"/> belongs to one timer; the rest may be called by any thread.
/// </remarks>
/// <param name="paths">At least one.</param>
/// <param name="read">Makes the value of the files' contents, in the order of <paramref name="paths"/>; throws <see cref="TlsFileException"/>.</param>
/// <param name="begin">Makes the first value when the files cannot be used at the start; null when the start fails then.</param>
internal sealed class ReloadedFiles<T>(IReadOnlyList<string> paths, Func<IReadOnlyList<byte[]>, T> read, Func<TlsFileException, T>? begin = null)
    where T : class
{
    private volatile T? _current;
    private string _taken = "";
    private string _seen = "";
    private long _failures;

    /// <summary>What was read last without a fault.</summary>
    /// <exception cref="InvalidOperationException">Nothing was read yet.</exception>
    public T Current => _current ?? throw new InvalidOperationException($"{string.Join(", ", paths)}: not read yet");

    /// <summary>Times that new contents could not be used.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Reads for the first time.</summary>
    /// <exception cref="TlsFileException">The files cannot be used.</exception>
    public void Load()
    {
        var contents = Look();
        _taken = _seen = contents.Digest;
        try
        {
            _current = Make(contents);
        }
        catch (TlsFileException fault) when (begin is not null)
        {
            _current = begin(fault);
        }
    }

    /// <summary>Looks at the files, and takes new contents.</summary>
    /// <param name="fault">Why new contents were not taken, once for each; else null.</param>
    /// <returns>True when <see cref="Current"/> is another one now.</returns>
    public bool Poll(out string? fault)
    {
        fault = null;
        var contents = Look();
        var isSettled = contents.Digest == _seen;
        _seen = contents.Digest;
        if (!isSettled || contents.Digest == _taken)
        {
            return false;
        }

        _taken = contents.Digest;
        try
        {
            _current = Make(contents);
            return true;
        }
        catch (TlsFileException unusable)
        {
            Interlocked.Increment(ref _failures);
            fault = unusable.Message;
            return false;
        }
    }

    private Contents Look()
    {
        try
        {
            byte[][] files = [.. paths.Select(CertificateFiles.Read)];
            return new Contents(files, string.Concat(files.Select(file => Convert.ToHexString(SHA256.HashData(file)))), null);
        }
        catch (TlsFileException unreadable)
        {
            return new Contents([], unreadable.Message, unreadable);
        }
    }

    private T Make(in Contents contents) => contents.Fault is { } fault ? throw fault : read(contents.Files);

    private readonly record struct Contents(byte[][] Files, string Digest, TlsFileException? Fault);
}
