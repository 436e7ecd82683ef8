using MetaStore.Server.Configuration;
using MetaStore.Server.Configuration.Sources;

namespace MetaStore.Server.Tests.Configuration.Sources;

public sealed class YamlSourceTests
{
    private readonly List<ConfigurationError> _errors = [];

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("server:\n")]
    public void File_WithoutSettings_IsEmpty(string text)
    {
        Assert.Empty(Read(text));
        Assert.Empty(_errors);
    }

    [Fact]
    public void BothForms_MayStandInOneFile()
    {
        Assert.Equal([("name", "a"), ("data-dir", "/d")], Read("server:\n  name: a\ndata-dir: /d\n"));
        Assert.Empty(_errors);
    }

    [Theory]
    [InlineData("initial-cluster: [a, b]", "initial-cluster", "a,b")]
    [InlineData("name: null", "name", "")]
    [InlineData("name: ~", "name", "")]
    [InlineData("name: 'null'", "name", "null")]
    [InlineData("pre-vote: yes", "pre-vote", "true")]
    [InlineData("pre-vote: Off", "pre-vote", "false")]
    [InlineData("pre-vote: 'yes'", "pre-vote", "yes")]
    [InlineData("auto-compaction-retention: '1'", "auto-compaction-retention", "1")]
    public void Value_IsAsAFlagWouldHaveIt(string text, string flag, string value) => Assert.Equal([(flag, value)], Read(text));

    [Fact]
    public void Section_OfEtcd_GivesItsKeysThePrefixOfTheFlags()
    {
        Assert.Equal(
            [("cert-file", "c"), ("client-cert-allowed-cn", "x"), ("peer-cert-file", "p"), ("peer-cert-allowed-hostname", "h")],
            Read("client-transport-security:\n  cert-file: c\n  allowed-cn: x\npeer-transport-security:\n  cert-file: p\n  allowed-hostname: h\n"));
        Assert.Empty(_errors);
    }

    [Theory]
    [InlineData("a: [", "is not YAML")]
    [InlineData(": {\ni", "is not YAML")]
    [InlineData("server:\n  : n1\n", "is a key missing")]
    [InlineData("? &a [*a]\n: b", "*a is a collection")]
    [InlineData("a: &a {b: [*a]}", "*a is a collection")]
    [InlineData("a: &a [1, 2]\nb: [*a, *a]", "*a is a collection")]
    [InlineData("- a\n- b", "does not hold keys and values")]
    [InlineData("text", "does not hold keys and values")]
    [InlineData("name: {a: b}", "is a tree, but one value is expected")]
    [InlineData("name: [{a: b}]", "is a tree, but one value is expected")]
    [InlineData("server: {name: {a: b}}", "is a tree, but one value is expected")]
    [InlineData("server: {nam: a}", "did you mean server.name?")]
    [InlineData("server: text", "is not a setting")]
    [InlineData("data-dri: /d", "did you mean --data-dir?")]
    [InlineData("name: a\nname: b", "is not YAML")]
    [InlineData("client-transport-security: true", "is one value, but a tree is expected")]
    public void File_ThatIsWrong_IsAnErrorWithItsPlace(string text, string why)
    {
        Read(text);
        string error = Assert.Single(_errors).ToString();
        Assert.Contains(why, error, StringComparison.Ordinal);
        Assert.Contains("test.yaml", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    [InlineData('-')]
    public void File_ThatNestsDeeply_IsRefused(char open)
    {
        Read("name: " + string.Concat(Enumerable.Repeat(open == '-' ? "- " : open.ToString(), 100_000)));
        Assert.Contains("is not YAML", Assert.Single(_errors).ToString(), StringComparison.Ordinal);
    }

    /// <summary>An alias of a value that is complete is a copy of it.</summary>
    [Fact]
    public void Alias_OfAnEarlierValue_IsThatValue() => Assert.Equal([("name", "n1"), ("data-dir", "n1")], Read("name: &n n1\ndata-dir: *n\n"));

    [Fact]
    public void Section_WithoutKeys_IsAsIfItWereNotThere()
    {
        Assert.Empty(Read("client-transport-security:\npeer-transport-security: {}\n"));
        Assert.Empty(_errors);
    }

    private (string Flag, string Value)[] Read(string text) =>
        [.. YamlSource.Read("test.yaml", new StringReader(text), _errors).Select(setting => (setting.Flag, setting.Value))];
}
