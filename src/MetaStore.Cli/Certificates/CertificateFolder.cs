using System.Text;
using MetaStore.Cli.CommandLine;
using MetaStore.IO;
using ExitCodes = MetaStore.Cli.CommandLine.ExitCodes;

namespace MetaStore.Cli.Certificates;

/// <summary>A folder with an authority and the certificates that it has signed: NAME.crt and NAME.key, and the authority's ca.crt, ca.key and ca.crl.</summary>
/// <param name="path">Created with the first file, for the owner only.</param>
internal sealed class CertificateFolder(string path)
{
    /// <summary>Name of the authority's files.</summary>
    public const string Authority = "ca";

    private const UnixFileMode Public = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly PhysicalDisk _disk = PhysicalDisk.Instance;

    /// <summary>Path of NAME.crt.</summary>
    public string Certificate(string name) => Path.Combine(path, name + ".crt");

    /// <summary>Path of NAME.key.</summary>
    public string Key(string name) => Path.Combine(path, name + ".key");

    /// <summary>Path of the authority's list of revoked certificates.</summary>
    public string RevocationList => Path.Combine(path, Authority + ".crl");

    /// <summary>Writes a key, readable by its owner only, and its certificate. Both are durable when it returns.</summary>
    /// <exception cref="UsageException">One of the files exists, or the name is none of a file.</exception>
    public void WritePair(string name, string certificatePem, string keyPem, bool overwrite)
    {
        if (name.Length == 0 || name is "." or ".." || name.IndexOfAny(['/', '\0']) >= 0)
        {
            throw new UsageException($"\"{name}\" is not a name for a file");
        }

        foreach (var existing in new[] { Key(name), Certificate(name) }.Where(file => !overwrite && File.Exists(file)))
        {
            throw new UsageException($"{existing} exists; --force overwrites it", ExitCodes.Error);
        }

        // The key first: after a crash in between there is a key without a certificate, which no program takes for a pair.
        Write(Key(name), keyPem, isSecret: true, overwrite);
        Write(Certificate(name), certificatePem, isSecret: false, overwrite);
    }

    /// <summary>Writes the list of revoked certificates in the place of the one before; durable when it returns.</summary>
    public void WriteRevocationList(string pem) => Write(RevocationList, pem, isSecret: false, overwrite: true);

    private void Write(string file, string text, bool isSecret, bool overwrite)
    {
        if (!Directory.Exists(path))
        {
            _disk.CreateDirectory(Path.GetFullPath(path));
        }

        // Renamed when complete: members read these files again while they run.
        var temporary = file + ".new";
        using (var content = _disk.Open(temporary, DiskOpenMode.Create))
        {
            content.Write(0, Encoding.ASCII.GetBytes(text + "\n"));
            content.FullSync();
        }

        if (!isSecret && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(temporary, Public);
        }

        File.Move(temporary, file, overwrite);
        _disk.SyncDirectory(Path.GetFullPath(path));
    }
}
