namespace MetaStore.Testing.Certificates;

/// <summary>A folder of one test with certificates in files.</summary>
public sealed class CertificateFolder : IDisposable
{
    /// <summary>The folder.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("metastore-certificates-").FullName;

    /// <summary>Path of a file in it.</summary>
    public string this[string name] => Path.Combine(Root, name);

    /// <summary>Writes text, by a new file that takes the place of the old one.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(this[name] + ".new", text);
        File.Move(this[name] + ".new", this[name], overwrite: true);
        return this[name];
    }

    /// <summary>Writes bytes in the same way.</summary>
    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(this[name] + ".new", bytes);
        File.Move(this[name] + ".new", this[name], overwrite: true);
        return this[name];
    }

    /// <summary>Writes NAME.crt and NAME.key.</summary>
    /// <param name="name">Of both files.</param>
    /// <param name="pair">The certificate.</param>
    /// <param name="chain">What follows the leaf, in PEM.</param>
    public (string Certificate, string Key) Write(string name, TestCertificate pair, string chain = "") =>
        (Write(name + ".crt", pair.Pem + chain), Write(name + ".key", pair.KeyPem));

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Root, recursive: true);
}
