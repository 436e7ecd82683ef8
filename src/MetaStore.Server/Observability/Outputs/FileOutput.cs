using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.Compression;
using MetaStore.Server.Configuration.Options;

namespace MetaStore.Server.Observability.Outputs;

/// <summary>A log file that is appended to; with rotation, a full file is renamed with a timestamp.</summary>
/// <remarks>Names of rotated files are etcd's: "name-2026-01-31T23-59-59.123.log".</remarks>
internal sealed class FileOutput : LogOutput
{
    private const string TimeForm = "yyyy-MM-ddTHH-mm-ss.fff";
    private const string Compressed = ".gz";

    private readonly string _path;
    private readonly LogRotation? _rotation;
    private readonly TimeProvider _time;
    private readonly UnixFileMode? _mode;

    /// <summary>Null after a rotation that could not open the file again; the next line tries it.</summary>
    private FileStream? _file;

    /// <param name="path">The file; its directory must exist.</param>
    /// <param name="rotation">When it is rotated; null = never.</param>
    /// <param name="time">Clock of the timestamps.</param>
    /// <param name="mode">Mode of files that are created; null = the process's.</param>
    public FileOutput(string path, LogRotation? rotation, TimeProvider time, UnixFileMode? mode = null)
    {
        _mode = mode;
        _path = Path.GetFullPath(path);
        _rotation = rotation;
        _time = time;
        _file = Open();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _file ??= Open();
            if (_rotation is not null && _file.CanSeek && _file.Length > 0 && _file.Length + buffer.Length > _rotation.MaxBytes)
            {
                Rotate(_file, _rotation);
            }
        }
        catch (UnauthorizedAccessException forbidden)
        {
            throw new IOException(forbidden.Message, forbidden);
        }

        _file.Write(buffer);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _file?.Dispose();
        base.Dispose(disposing);
    }

    private FileStream Open() => Opened(_path, FileMode.Append);

    private FileStream Opened(string path, FileMode kind)
    {
        var options = new FileStreamOptions { Mode = kind, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (_mode is { } mode && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        return new FileStream(path, options);
    }

    [MemberNotNull(nameof(_file))]
    private void Rotate(FileStream full, LogRotation rotation)
    {
        full.Dispose();
        _file = null;
        string aside = Path.Combine(
            Path.GetDirectoryName(_path)!,
            $"{Path.GetFileNameWithoutExtension(_path)}-{Now(rotation).ToString(TimeForm, CultureInfo.InvariantCulture)}{Path.GetExtension(_path)}");
        try
        {
            File.Move(_path, aside);
        }
        finally
        {
            _file = Open();
        }

        if (rotation.Compress)
        {
            Compress(aside);
        }

        DeleteOld(rotation);
    }

    private DateTime Now(LogRotation rotation) => rotation.LocalTime ? _time.GetLocalNow().DateTime : _time.GetUtcNow().UtcDateTime;

    private void Compress(string file)
    {
        using (FileStream plain = File.OpenRead(file))
        using (FileStream packed = Opened(file + Compressed, FileMode.Create))
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            plain.CopyTo(gzip);
        }

        File.Delete(file);
    }

    private void DeleteOld(LogRotation rotation)
    {
        (string File, DateTime Time)[] aside =
        [
            .. Directory.EnumerateFiles(Path.GetDirectoryName(_path)!, $"{Path.GetFileNameWithoutExtension(_path)}-*")
                .Select(file => (file, Time: TimeOf(file))).Where(old => old.Time is not null).Select(old => (old.file, old.Time!.Value))
                .OrderByDescending(old => old.Value),
        ];
        DateTime now = Now(rotation);
        DateTime oldest = rotation.MaxAge == 0 || rotation.MaxAge >= (now - DateTime.MinValue).TotalDays ? DateTime.MinValue : now.AddDays(-rotation.MaxAge);
        int kept = rotation.MaxBackups == 0 ? int.MaxValue : rotation.MaxBackups;
        foreach ((string file, _) in aside.Where((old, place) => place >= kept || old.Time < oldest))
        {
            File.Delete(file);
        }
    }

    /// <summary>When a file was rotated; null for any other file.</summary>
    private DateTime? TimeOf(string file)
    {
        string name = Path.GetFileName(file);
        name = name.EndsWith(Compressed, StringComparison.Ordinal) ? name[..^Compressed.Length] : name;
        string before = Path.GetFileNameWithoutExtension(_path) + "-";
        string after = Path.GetExtension(_path);
        return name.EndsWith(after, StringComparison.Ordinal) && name.Length >= before.Length + after.Length
            && DateTime.TryParseExact(name[before.Length..^after.Length], TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time)
            ? time
            : null;
    }
}
