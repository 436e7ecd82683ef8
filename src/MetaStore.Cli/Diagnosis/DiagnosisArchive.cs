using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace MetaStore.Cli.Diagnosis;

/// <summary>A tar.gz that is filled entry by entry.</summary>
internal sealed class DiagnosisArchive : IDisposable
{
    private readonly GZipStream _compressed;
    private readonly TarWriter _tar;

    /// <param name="output">Receives the archive; not disposed.</param>
    public DiagnosisArchive(Stream output)
    {
        _compressed = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true);
        _tar = new TarWriter(_compressed, TarEntryFormat.Pax, leaveOpen: true);
    }

    /// <summary>Adds a text file.</summary>
    /// <param name="name">With slashes for folders.</param>
    /// <param name="text">Its content.</param>
    public void Add(string name, string text)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        _tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"metactl-diagnose/{name}") { DataStream = content, Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tar.Dispose();
        _compressed.Dispose();
    }
}
