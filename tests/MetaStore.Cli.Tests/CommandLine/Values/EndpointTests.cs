using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;

namespace MetaStore.Cli.Tests.CommandLine.Values;

public sealed class EndpointTests
{
    [Theory]
    [InlineData("h:1", false, "http://h:1/", "h:1")]
    [InlineData("h:1", true, "https://h:1/", "h:1")]
    [InlineData("http://h:1", true, "http://h:1/", "h:1")]
    [InlineData("https://h:1", false, "https://h:1/", "https://h:1")]
    [InlineData("unix:///run/m", true, "unix:///run/m", "unix:///run/m")]
    [InlineData("unix:/run/m", true, "unix:///run/m", "unix:/run/m")]
    public void Parse_WithoutAScheme_UsesTlsWhenItIsWanted(string text, bool isTls, string address, string name)
    {
        var endpoint = Endpoint.Parse(text, isTls);
        Assert.Equal((text, address, name), (endpoint.Name, endpoint.Address.ToString(), endpoint.ShortName));
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://")]
    [InlineData("unix:")]
    [InlineData("h:99999")]
    public void Parse_Malformed_IsAnErrorWithTheText(string text)
    {
        var refused = Assert.Throws<UsageException>(() => Endpoint.Parse(text));
        Assert.Equal(ExitCodes.Error, refused.ExitCode);
        Assert.StartsWith($"'{text}'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("get k", false)]
    [InlineData("get k --cacert=ca.pem", true)]
    [InlineData("get k --insecure-transport=false", true)]
    [InlineData("get k --insecure-skip-tls-verify", false)]
    public void Flags_OfTls_DecideAboutEndpointsWithoutAScheme(string words, bool isTls)
    {
        Variables.Replace(new Dictionary<string, string>());
        var parsed = InProcess.Parse([.. words.Split(' '), "--endpoints=a:1,http://b:1", "--endpoints", "unix:///c"]);
        Assert.Equal([isTls ? "https://a:1/" : "http://a:1/", "http://b:1/", "unix:///c"], GlobalOptions.EndpointList(parsed).Select(endpoint => endpoint.Address.ToString()));
    }
}
