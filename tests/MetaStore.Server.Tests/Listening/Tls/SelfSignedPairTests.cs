using System.Security.Cryptography.X509Certificates;
using MetaStore.IO;
using MetaStore.Server.Listening.Tls.Certificates;
using MetaStore.Testing.Certificates;

namespace MetaStore.Server.Tests.Listening.Tls;

/// <summary>The pair of auto-tls: made once, whole after a crash at any moment.</summary>
public sealed class SelfSignedPairTests : IDisposable
{
    private static readonly string[] Hosts = ["localhost", "127.0.0.1", "::1", "localhost"];

    private readonly CertificateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pair_NamesItsHosts_AndLastsItsYears()
    {
        using X509Certificate2 leaf = Load(Ensure(new PhysicalDisk(), years: 2));
        Assert.Equal("O=metastore", leaf.Subject);
        X509SubjectAlternativeNameExtension sans = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Equal(["localhost"], sans.EnumerateDnsNames());
        Assert.Equal(["127.0.0.1", "::1"], sans.EnumerateIPAddresses().Select(address => address.ToString()));
        Assert.InRange((leaf.NotAfter - leaf.NotBefore).TotalDays, 730, 731);
        Assert.True(leaf.MatchesHostname("localhost"));
    }

    [Fact]
    public void Pair_IsKept_WhateverTheHostsAreLater()
    {
        (string certificate, string key) = Ensure(new PhysicalDisk());
        byte[] before = File.ReadAllBytes(certificate);
        SelfSignedPair.Ensure(new PhysicalDisk(), _folder.Root, "client", ["other"], 1);
        Assert.Equal(before, File.ReadAllBytes(certificate));
        Assert.Equal((_folder["fixtures/client/cert.pem"], _folder["fixtures/client/key.pem"]), (certificate, key));
    }

    /// <summary>Ports have pairs of their own.</summary>
    [Fact]
    public void Pair_OfAnotherPort_IsAnother()
    {
        (string client, _) = Ensure(new PhysicalDisk());
        (string peer, _) = SelfSignedPair.Ensure(new PhysicalDisk(), _folder.Root, "peer", Hosts, 1);
        Assert.NotEqual(File.ReadAllText(client), File.ReadAllText(peer));
    }

    /// <summary>The process ends before one of the writes of a pair: the next start has a pair that fits, also when a file of an earlier pair was there.</summary>
    [Theory]
    [InlineData(1, "")]
    [InlineData(2, "")]
    [InlineData(1, "cert.pem")]
    [InlineData(2, "cert.pem")]
    [InlineData(1, "key.pem")]
    [InlineData(2, "key.pem")]
    public void Crash_BetweenTheFiles_LeavesNoPairThatDoesNotFit(int renames, string left)
    {
        if (left.Length > 0)
        {
            Ensure(new PhysicalDisk());
            File.Delete(_folder[left == "cert.pem" ? "fixtures/client/key.pem" : "fixtures/client/cert.pem"]);
        }

        Assert.Throws<IOException>(() => Ensure(new CrashingDisk(renames)));
        using X509Certificate2 leaf = Load(Ensure(new PhysicalDisk()));
        Assert.True(leaf.HasPrivateKey);
    }

    [Fact]
    public void Files_AreReadableByTheOwnerOnly()
    {
        (string certificate, string key) = Ensure(new PhysicalDisk());
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.All([certificate, key], path => Assert.Equal(owner, OperatingSystem.IsWindows() ? owner : File.GetUnixFileMode(path)));
    }

    private static X509Certificate2 Load((string Certificate, string Key) pair)
    {
        TlsPair read = CertificateFiles.Pair(pair.Certificate, File.ReadAllBytes(pair.Certificate), pair.Key, File.ReadAllBytes(pair.Key));
        return read.Leaf;
    }

    private (string Certificate, string Key) Ensure(IDisk disk, int years = 1) => SelfSignedPair.Ensure(disk, _folder.Root, "client", Hosts, years);

    /// <summary>A disk that takes no rename after some, and nothing after that.</summary>
    private sealed class CrashingDisk(int renames) : IDisk
    {
        private readonly PhysicalDisk _inner = new();
        private int _left = renames;

        public bool FileExists(string path) => _inner.FileExists(path);

        public bool DirectoryExists(string path) => _inner.DirectoryExists(path);

        public IReadOnlyList<string> List(string directory) => _inner.List(directory);

        public void CreateDirectory(string path) => _inner.CreateDirectory(path);

        public IDiskFile Open(string path, DiskOpenMode mode) => _left > 0 ? _inner.Open(path, mode) : throw new IOException("the process has ended");

        public void Rename(string from, string to)
        {
            if (--_left == 0)
            {
                throw new IOException("the process ends");
            }

            _inner.Rename(from, to);
        }

        public void Delete(string path) => _inner.Delete(path);

        public void SyncDirectory(string path) => _inner.SyncDirectory(path);

        public IDisposable Lock(string path) => _inner.Lock(path);
    }
}
