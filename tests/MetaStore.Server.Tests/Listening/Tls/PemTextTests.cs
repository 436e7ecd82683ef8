using System.Text;
using MetaStore.Server.Listening.Tls.Certificates;
using MetaStore.Testing.Certificates;

namespace MetaStore.Server.Tests.Listening.Tls;

public sealed class PemTextTests
{
    [Fact]
    public void Blocks_AreReadInOrder_TextBetweenThemIsPassedOver()
    {
        const string text = """
            subject=CN = a
            -----BEGIN CERTIFICATE-----
            AQID
            BA==
            -----END CERTIFICATE-----
            a line: with a colon
            -----BEGIN RSA PRIVATE KEY-----
            Proc-Type: 4,ENCRYPTED
            DEK-Info: AES-128-CBC,00

            BQ==
            -----END RSA PRIVATE KEY-----
            """;
        foreach (string ends in (string[])["\n", "\r\n"])
        {
            List<PemBlock> blocks = PemText.Read(Encoding.ASCII.GetBytes(text.ReplaceLineEndings(ends)));
            Assert.Equal(["CERTIFICATE", "RSA PRIVATE KEY"], blocks.Select(block => block.Label));
            Assert.Equal([false, true], blocks.Select(block => block.IsEncrypted));
            Assert.Equal(new byte[] { 1, 2, 3, 4 }, blocks[0].Data);
            Assert.Equal(new byte[] { 5 }, blocks[1].Data);
        }
    }

    [Theory]
    [InlineData("-----BEGIN CERTIFICATE-----\nAQID\n", "is not ended")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIF", "is not ended")]
    [InlineData("-----BEGIN A-----\nAQID\n-----END B-----\n", "is not ended")]
    [InlineData("-----BEGIN A-----\n-----BEGIN A-----\nAQID\n-----END A-----\n", "is not ended")]
    [InlineData("-----BEGIN A-----\n!!!!\n-----END A-----\n", "not base64")]
    [InlineData("-----BEGIN A-----\nAQI\n-----END A-----\n", "not base64")]
    public void HalfAFile_IsRefused(string text, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => PemText.Read(Encoding.ASCII.GetBytes(text))).Message, StringComparison.Ordinal);

    [Fact]
    public void EveryBeginningOfAFile_IsRefused_OrHoldsWholeBlocks()
    {
        using TestAuthority authority = TestAuthority.Create();
        byte[] file = Encoding.ASCII.GetBytes(authority.Pem + authority.Pem);
        for (int length = 0; length < file.Length; length++)
        {
            try
            {
                Assert.All(PemText.Read(file.AsSpan(0, length)), block => Assert.Equal(authority.Certificate.RawData, block.Data));
            }
            catch (FormatException)
            {
                // Cut within a block.
            }
        }
    }

    [Fact]
    public void Key_OfEachKind_FitsItsCertificate()
    {
        using TestAuthority authority = TestAuthority.Create();
        foreach (bool isRsa in (bool[])[false, true])
        {
            TestCertificate pair = authority.Issue("CN=a", isRsa: isRsa);
            byte[] certificate = Encoding.ASCII.GetBytes(pair.Pem + authority.Pem);
            foreach (string key in (string[])[pair.KeyPem, pair.TraditionalKeyPem, "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + pair.TraditionalKeyPem])
            {
                TlsPair read = CertificateFiles.Pair("a.crt", certificate, "a.key", Encoding.ASCII.GetBytes(key));
                Assert.True(read.Leaf.HasPrivateKey);
                Assert.Equal(pair.Certificate.RawData, read.Leaf.RawData);
                Assert.Equal(authority.Certificate.RawData, Assert.Single(read.Chain).RawData);
            }
        }
    }

    [Fact]
    public void Pair_ThatDoesNotFit_IsRefused_WithTheNameOfTheFile()
    {
        using TestAuthority authority = TestAuthority.Create();
        TestCertificate one = authority.Issue("CN=a");
        TestCertificate rsa = authority.Issue("CN=a", isRsa: true);
        Assert.Contains("not the one of the certificate", Refused(one.Pem, authority.Issue("CN=b").KeyPem), StringComparison.Ordinal);
        Assert.StartsWith("a.key cannot be used: ", Refused(one.Pem, rsa.KeyPem), StringComparison.Ordinal);
        Assert.Contains("is encrypted", Refused(one.Pem, one.EncryptedKeyPem), StringComparison.Ordinal);
        Assert.Contains("no private key", Refused(one.Pem, one.Pem), StringComparison.Ordinal);
        Assert.StartsWith("a.crt cannot be used: it holds no certificate", Refused(one.KeyPem, one.KeyPem), StringComparison.Ordinal);
        Assert.StartsWith("a.crt cannot be used: it holds no certificate", Refused("", one.KeyPem), StringComparison.Ordinal);
        Assert.StartsWith("a.crt cannot be used: ", Refused("-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n", one.KeyPem), StringComparison.Ordinal);
    }

    private static string Refused(string certificate, string key) => Assert.Throws<TlsFileException>(
        () => CertificateFiles.Pair("a.crt", Encoding.ASCII.GetBytes(certificate), "a.key", Encoding.ASCII.GetBytes(key))).Message;
}
