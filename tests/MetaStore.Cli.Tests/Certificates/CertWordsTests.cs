namespace MetaStore.Cli.Tests.Certificates;

/// <summary>Names, hosts and serial numbers that a certificate cannot have are refused before anything is written.</summary>
public sealed class CertWordsTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cert-words-").FullName;

    public Task InitializeAsync() => RunAsync("ca", "--cn", "x");

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData("a..b", "--hosts: \"a..b\" is neither a name nor an address")]
    [InlineData("n1,x y", "--hosts: \"x y\" is neither a name nor an address")]
    [InlineData("300.1.1.1/24", "--hosts: \"300.1.1.1/24\" is neither a name nor an address")]
    public async Task Host_ThatIsNone_IsRefused(string hosts, string why)
    {
        Assert.Equal((128, string.Empty, $"Error: {why}\n"), await RunAsync("member", "n1", "--hosts", hosts));
        Assert.Equal(3, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public async Task Host_MayBeAWildcardOrInternational()
    {
        Assert.Equal(0, (await RunAsync("member", "n1", "--hosts", "*.example.com,bücher.example,_srv.x,fe80::1")).Code);
        var (_, shown, _) = await InProcess.RunAsync("cert", "show", Path.Combine(_folder, "n1.crt"));
        Assert.Contains("  names     *.example.com, xn--bcher-kva.example, _srv.x, fe80::1\n", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client", "")]
    [InlineData("client", "1234567890123456789012345678901234567890123456789012345678901234+")]
    [InlineData("ca", "")]
    public async Task CommonName_OfAnotherLength_IsRefused(string verb, string name)
    {
        string[] words = verb == "ca" ? ["ca", "--force"] : [verb, "app"];
        Assert.Equal((128, string.Empty, "Error: a common name has 1 to 64 characters; --cn sets it\n"), await RunAsync([.. words, $"--cn={name}"]));
    }

    [Fact]
    public async Task Name_TooLongForACommonName_NeedsOne()
    {
        var name = new string('n', 65);
        Assert.Equal(128, (await RunAsync("client", name)).Code);
        Assert.Equal(0, (await RunAsync("client", name, "--cn=short")).Code);
    }

    [Theory]
    [InlineData("ff", "00FF")]
    [InlineData("FFFF", "00FFFF")]
    [InlineData("0000ab", "00AB")]
    [InlineData("7f", "7F")]
    public async Task Revoked_SerialNumber_IsPositive_AsEveryCertificates(string typed, string serial)
    {
        Assert.StartsWith($"revoked {serial}\n", (await RunAsync("revoke", typed)).Output, StringComparison.Ordinal);
        var (_, shown, _) = await InProcess.RunAsync("cert", "show", Path.Combine(_folder, "ca.crl"));
        Assert.Contains($"  revoked   {serial} at ", shown, StringComparison.Ordinal);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] words) => InProcess.RunAsync(["cert", .. words, "--dir", _folder]);
}
