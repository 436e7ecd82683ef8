using System.Text;
using MetaStore.Server.Listening.Tls.Certificates;
using MetaStore.Server.Listening.Tls.Peers;
using MetaStore.Testing.Certificates;

namespace MetaStore.Server.Tests.Listening.Tls.Peers;

/// <summary>The file of peer secrets: what is in it, and who may read it.</summary>
public sealed class PeerSecretFileTests : IDisposable
{
    private const string Long = "0123456789abcdef0123456789abcdef";

    private readonly CertificateFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("", "it has 0 lines with a secret")]
    [InlineData("\n \r\n", "it has 0 lines with a secret")]
    [InlineData("short", "a secret has 5 bytes, and 32 are the least")]
    [InlineData(Long + "\nshort\n", "a secret has 5 bytes, and 32 are the least")]
    [InlineData(Long + "\n" + Long + "\n" + Long + "\n" + Long + "\n" + Long + "\n" + Long + "\n" + Long + "\n" + Long + "\n" + Long, "it has 9 lines with a secret")]
    public void File_ThatCannotBeUsed_SaysWhy(string text, string why)
    {
        TlsFileException refused = Assert.Throws<TlsFileException>(() => PeerSecretFile.Read(Write(text), Encoding.ASCII.GetBytes(text)));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Long, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Long)]
    [InlineData("  " + Long + "\r\n")]
    [InlineData(Long + "\n\n" + Long + Long + "\n")]
    public void Secrets_AreLines(string text) => Assert.NotNull(PeerSecretFile.Read(Write(text), Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupRead, false)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherRead, true)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherWrite, true)]
    public void File_ThatEveryUserMayReadOrWrite_IsRefused(UnixFileMode mode, bool isRefused)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string path = Write(Long);
        File.SetUnixFileMode(path, mode);
        Exception? refused = Record.Exception(() => PeerSecretFile.Read(path, Encoding.ASCII.GetBytes(Long)));
        Assert.Equal(isRefused, refused is TlsFileException);
        Assert.Equal(isRefused, refused?.Message.Contains("change its mode to 0600", StringComparison.Ordinal) == true);
    }

    private string Write(string text)
    {
        string path = _files.Write("secret", text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }
}
