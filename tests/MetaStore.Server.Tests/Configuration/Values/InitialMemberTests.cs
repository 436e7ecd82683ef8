using MetaStore.Server.Configuration.Values;

namespace MetaStore.Server.Tests.Configuration.Values;

public sealed class InitialMemberTests
{
    [Fact]
    public void Parse_AddressesOfOneName_AreOneMember_InTheOrderOfFirstMention()
    {
        (InitialMember[] members, string? error) = InitialMember.Parse("b=http://h:1, a=http://h:2 ,b=https://h:3");
        Assert.Null(error);
        Assert.Equal([("b", "http://h:1 https://h:3"), ("a", "http://h:2")], members.Select(member => (member.Name, string.Join(' ', member.PeerUrls))));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" , ,")]
    public void Parse_Nothing_IsNoMember(string text) => Assert.Equal((0, null), (InitialMember.Parse(text).Members.Length, InitialMember.Parse(text).Error));

    [Theory]
    [InlineData("a", "\"a\" is not of the form name=url")]
    [InlineData("=http://h:1", "\"=http://h:1\" is not of the form name=url")]
    [InlineData("a=", "\"\" has no scheme")]
    [InlineData("a=h:1", "\"h:1\" has no scheme")]
    [InlineData("a=unix://x", "\"unix://x\" is a socket of this machine; others reach this member by http and https only")]
    [InlineData("a=http://h:1,a=http://h:1", "http://h:1 is given twice")]
    [InlineData("a=http://h:1,b=http://h:1", "http://h:1 is given twice")]
    [InlineData("a=http://h:1,b=http://h:1/", "http://h:1 is given twice")]
    [InlineData("a=http://h:1,b=http://h:2=x", "\"2=x\" in \"http://h:2=x\" is not a port number (0 to 65535)")]
    public void Parse_AnythingElse_SaysWhichPart(string text, string why)
    {
        (InitialMember[] members, string? error) = InitialMember.Parse(text);
        Assert.Equal((why, 0), (error, members.Length));
    }

    /// <summary>http and https of one host and port are two addresses of peers.</summary>
    [Fact]
    public void Parse_TheSameHost_WithAndWithoutTls_IsTwoAddresses() => Assert.Null(InitialMember.Parse("a=http://h:1,b=https://h:1").Error);
}
