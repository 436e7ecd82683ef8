using System.Globalization;
using System.Text;
using MetaStore.Engines.RocksDb.Background;

namespace MetaStore.Engines.RocksDb.Files;

/// <summary>The folders of an engine: db-&lt;generation&gt;; the file CURRENT names the one in use.</summary>
/// <remarks>
/// A new state (from the leader, from a conversion) is built in the next folder and made durable there; then CURRENT is replaced by
/// rename. A crash leaves the old state or the new one, and the next start removes all folders that CURRENT does not name, checkpoints too.
/// </remarks>
internal sealed class Generations
{
    private const string Prefix = "db-";
    private const string CurrentName = "CURRENT";
    private const string Temporary = ".tmp";
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _root;
    private ulong _current;
    private ulong _last;
    private int _checkpoints;

    private Generations(string root) => _root = root;

    /// <summary>The folder in use.</summary>
    internal string Current => PathOf(_current);

    /// <summary>A folder for a checkpoint that is sent to another member; it does not exist yet. Any thread.</summary>
    internal string NextCheckpoint() =>
        Path.Combine(_root, string.Create(CultureInfo.InvariantCulture, $"files-{Interlocked.Increment(ref _checkpoints)}{Temporary}"));

    /// <summary>Opens the folder of an engine, creates it when missing, and removes what an interrupted switch left.</summary>
    /// <exception cref="EngineException">The folder holds states but CURRENT is missing, or the disk refused.</exception>
    internal static Generations Open(string root)
    {
        try
        {
            var generations = new Generations(root);
            generations.Find();
            return generations;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(EngineFault.Io, $"engine folder {root} cannot be opened: {error.Message}", error);
        }
    }

    /// <summary>A folder for the next state; it does not exist yet.</summary>
    internal string Next() => PathOf(++_last);

    /// <summary>Switches to the folder from <see cref="Next"/>. Its content must be durable.</summary>
    /// <exception cref="EngineException">The disk refused; the next start finds out which of the two is in use.</exception>
    internal void SwitchTo(string path)
    {
        try
        {
            Switch(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(DiskProbe.FaultOf(refused), $"{Path.Combine(_root, CurrentName)} cannot be replaced: {refused.Message}", refused);
        }
    }

    private void Switch(string path)
    {
        LibC.Sync(_root);
        var generation = Parse(Path.GetFileName(path)) ?? throw new ArgumentException($"{path} is no generation", nameof(path));
        var current = Path.Combine(_root, CurrentName);
        File.WriteAllText(current + Temporary, NameOf(generation) + "\n", Encoding.ASCII);
        LibC.Sync(current + Temporary);
        File.Move(current + Temporary, current, overwrite: true);
        LibC.Sync(_root);
        _current = generation;
    }

    /// <summary>Removes an unreferenced folder. If that fails, the next start tries again.</summary>
    internal static void TryDelete(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It only takes disk space, and the next start tries again.
        }
    }

    private void Find()
    {
        if (!Directory.Exists(_root))
        {
            CreateRoot();
            LibC.Sync(Path.GetDirectoryName(Path.GetFullPath(_root))!);
        }

        var found = Directory.EnumerateDirectories(_root).Select(path => Parse(Path.GetFileName(path))).OfType<ulong>().ToList();
        var current = Path.Combine(_root, CurrentName);
        if (File.Exists(current))
        {
            _current = Named(File.ReadAllText(current)) ?? throw new EngineException($"{current} does not name a folder of this engine");
        }
        else if (found.Count > 0)
        {
            throw new EngineException($"{current} is missing, and there are states beside it: which one counts is not known");
        }
        else
        {
            SwitchTo(PathOf(1));
        }

        _last = found.Append(_current).Max();
        var temporary = Directory.EnumerateDirectories(_root, "*" + Temporary);
        foreach (var leftOver in found.Where(generation => generation != _current).Select(PathOf).Concat(temporary).ToList())
        {
            TryDelete(leftOver);
        }
    }

    private void CreateRoot()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new EngineException(EngineFault.LibraryMissing, "the storage engine \"rocksdb\" runs on Linux only");
        }

        Directory.CreateDirectory(_root, Owner);
    }

    private string PathOf(ulong generation) => Path.Combine(_root, NameOf(generation));

    private static string NameOf(ulong generation) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{generation:x16}");

    /// <summary>The generation that the content of CURRENT names; null when it names none.</summary>
    internal static ulong? Named(string current) => Parse(current.TrimEnd('\n'));

    private static ulong? Parse(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name.Length == Prefix.Length + 16
        && ulong.TryParse(name.AsSpan(Prefix.Length), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var generation)
        && NameOf(generation) == name
            ? generation
            : null;
}
