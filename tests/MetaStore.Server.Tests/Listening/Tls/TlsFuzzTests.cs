using System.Text;
using MetaStore.Server.Listening.Tls.Certificates;
using MetaStore.Server.Listening.Tls.Revocation;
using MetaStore.Testing;
using MetaStore.Testing.Certificates;

namespace MetaStore.Server.Tests.Listening.Tls;

/// <summary>Mutated files and names: read, or refused with the exception that readers promise; never anything else.</summary>
public sealed class TlsFuzzTests
{
    private static readonly string[] Words = ["-----BEGIN ", "-----END ", "-----", "CERTIFICATE", "X509 CRL", "\n", ":", "=", "AQID"];

    [Theory]
    [InlineData(20_000)]
    [RowOnRequest(10_000_000)]
    public void RevocationList_Mutated_IsReadOrRefused(int inputs)
    {
        using TestAuthority authority = TestAuthority.Create();
        for (int i = 0; i < 3; i++)
        {
            authority.Revoke(authority.Issue($"CN={i}").Certificate);
        }

        byte[] list = authority.RevocationList();
        byte[] text = Encoding.ASCII.GetBytes(authority.RevocationListPem());
        Each(inputs, seed: 1, [list, text], mutated => RefusedOnly<TlsFileException>(() => RevocationLists.Read("a.crl", mutated, [authority.Certificate])));
    }

    /// <summary>Without the signature, which a mutated list does not pass.</summary>
    [Theory]
    [InlineData(20_000)]
    [RowOnRequest(10_000_000)]
    public void EncodedList_Mutated_IsReadOrRefused(int inputs)
    {
        using TestAuthority authority = TestAuthority.Create();
        authority.Revoke(authority.Issue("CN=a").Certificate);
        Each(inputs, seed: 2, [authority.RevocationList()], mutated => RefusedOnly<FormatException>(() => RevocationListReader.Read(mutated).Signed.IsSignedBy(authority.Certificate)));
    }

    [Theory]
    [InlineData(20_000)]
    [RowOnRequest(10_000_000)]
    public void Pem_Mutated_IsReadOrRefused(int inputs)
    {
        using TestAuthority authority = TestAuthority.Create();
        TestCertificate pair = authority.Issue("CN=a");
        byte[] text = Encoding.ASCII.GetBytes(pair.Pem + pair.TraditionalKeyPem);
        Each(inputs, seed: 3, [text], mutated => RefusedOnly<FormatException>(() => PemText.Read(mutated)));
        Each(inputs / 100, seed: 4, [text], mutated => RefusedOnly<TlsFileException>(() => CertificateFiles.Pair("a", mutated, "b", text)));
        Each(inputs / 100, seed: 5, [text], mutated => RefusedOnly<TlsFileException>(() => CertificateFiles.Pair("a", text, "b", mutated)));
    }

    [Theory]
    [InlineData(20_000)]
    [RowOnRequest(10_000_000)]
    public void Subject_Mutated_HasANameOrNone(int inputs)
    {
        using TestAuthority authority = TestAuthority.Create();
        byte[] name = authority.Issue("CN=alice, O=example, CN=bob").Certificate.SubjectName.RawData;
        Each(inputs, seed: 6, [name], mutated => _ = SubjectName.CommonNameOf(mutated));
    }

    [Fact]
    public void Pem_OfNothingButBeginnings_TakesNoLongerThanItsLength()
    {
        byte[] file = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("-----BEGIN A-----\nAQID\n-----END A-----\n", 100_000)));
        Assert.Equal(100_000, PemText.Read(file).Count);
    }

    private static void RefusedOnly<T>(Action read)
        where T : Exception
    {
        try
        {
            read();
        }
        catch (T)
        {
            // As promised.
        }
    }

    private static void Each(int inputs, int seed, byte[][] corpus, Action<byte[]> read)
    {
        var random = new Random(seed);
        for (int i = 0; i < inputs; i++)
        {
            byte[] mutated = Mutate(corpus[i % corpus.Length], random);
            try
            {
                read(mutated);
            }
            catch (Exception unexpected)
            {
                Assert.Fail($"input {i} of seed {seed}, {Convert.ToHexString(mutated)}: {unexpected}");
            }
        }
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = new List<byte>(original);
        for (int changes = random.Next(1, 5); changes > 0 && bytes.Count > 0; changes--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)));
                    break;
                case 4:
                    bytes.InsertRange(at, Encoding.ASCII.GetBytes(Words[random.Next(Words.Length)]));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}
