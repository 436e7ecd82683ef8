using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MetaStore.Server.Listening.Tls;
using MetaStore.Server.Listening.Tls.Certificates;
using MetaStore.Testing.Certificates;

namespace MetaStore.Server.Tests.Listening.Tls;

/// <summary>Names that a certificate must have, and what a member says of the certificate of one that it calls.</summary>
public sealed class AllowedNamesTests : IDisposable
{
    private readonly TestAuthority _authority = TestAuthority.Create();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData("", "", null)]
    [InlineData("a.example", "", null)]
    [InlineData("x.example,a.example", "", null)]
    [InlineData("", "alice", null)]
    [InlineData("b.wild.example", "alice", null)]
    [InlineData("x.example", "", "it has none of the names of peer-cert-allowed-hostname")]
    [InlineData("alice", "", "it has none of the names of peer-cert-allowed-hostname")]
    [InlineData("c.b.wild.example", "", "it has none of the names of peer-cert-allowed-hostname")]
    [InlineData("", "Alice", "its common name is none of peer-cert-allowed-cn")]
    [InlineData("", "bob", "its common name is none of peer-cert-allowed-cn")]
    [InlineData("x.example", "bob", "it has none of the names of peer-cert-allowed-hostname")]
    public void Certificate_MustHaveOneOfEachKind(string hostnames, string commonNames, string? why)
    {
        var names = new AllowedNames("peer-cert", Split(hostnames), Split(commonNames));
        Assert.Equal(why, names.WhyOfAnother(_authority.Issue("CN=alice", ["a.example", "*.wild.example"]).Certificate));
    }

    /// <summary>An empty name in the rule must not admit certificates without a name.</summary>
    [Fact]
    public void Certificate_WithoutACommonName_HasNone() =>
        Assert.NotNull(new AllowedNames("client-cert", [], ["alice", ""]).WhyOfAnother(_authority.Issue("O=company").Certificate));

    [Theory]
    [InlineData(SslPolicyErrors.None, true, null)]
    [InlineData(SslPolicyErrors.RemoteCertificateNameMismatch, true, "its certificate does not name the host of its URL")]
    [InlineData(SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateChainErrors, true, "its certificate does not name the host of its URL")]
    [InlineData(SslPolicyErrors.RemoteCertificateNotAvailable, false, "it shows no certificate")]
    public void Member_ThatIsCalled_IsJudgedByAuthorityAndHost(SslPolicyErrors errors, bool hasCertificate, string? why)
    {
        var credentials = new MemberCredentials(isSelfSigned: false, null, null, new CertificateTrust([_authority.Certificate]));
        Assert.Equal((why is null, why), Judge(credentials, hasCertificate ? _authority.IssueServer().Certificate : null, errors));
    }

    [Fact]
    public void Member_OfAnotherAuthority_IsRefused_UnlessAllAreSelfSigned()
    {
        using var other = TestAuthority.Create("another");
        X509Certificate2 leaf = other.IssueServer().Certificate;
        var trust = new CertificateTrust([_authority.Certificate]);
        Assert.Equal(
            (false, "it does not come from a trusted authority"),
            Judge(new MemberCredentials(false, null, null, trust), leaf, SslPolicyErrors.RemoteCertificateChainErrors));
        Assert.Equal((true, null), Judge(new MemberCredentials(true, null, null, trust), leaf, SslPolicyErrors.RemoteCertificateNameMismatch));
    }

    /// <summary>Without a file of authorities the own certificate, and what follows it in its file, are trusted.</summary>
    [Fact]
    public void Member_WithTheOwnAuthority_IsTaken_WithoutAFileOfAuthorities()
    {
        using var other = TestAuthority.Create("another");
        var own = new TlsPair(_authority.IssueServer().Certificate, [_authority.Certificate]);
        var credentials = new MemberCredentials(isSelfSigned: false, own, own, trust: null);
        Assert.Equal((true, null), Judge(credentials, _authority.IssueServer("CN=other").Certificate, SslPolicyErrors.RemoteCertificateChainErrors));
        Assert.Equal(
            (false, "it comes from no authority of the system"),
            Judge(credentials, other.IssueServer().Certificate, SslPolicyErrors.RemoteCertificateChainErrors));
    }

    [Fact]
    public void Member_WithoutAnAllowedName_IsRefused()
    {
        var credentials = new MemberCredentials(false, null, null, new CertificateTrust([_authority.Certificate]), new AllowedNames("peer-cert", [], ["bob"]));
        Assert.Equal((false, "its common name is none of peer-cert-allowed-cn"), Judge(credentials, _authority.IssueServer().Certificate, SslPolicyErrors.None));
    }

    private static string[] Split(string names) => names.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static (bool IsAccepted, string? Why) Judge(MemberCredentials credentials, X509Certificate2? leaf, SslPolicyErrors errors)
    {
        string? why = null;
        SslClientAuthenticationOptions options = credentials.Options(refused => why = refused);
        using var chain = new X509Chain { ChainPolicy = options.CertificateChainPolicy! };
        if (leaf is not null)
        {
            chain.Build(leaf);
        }

        return (options.RemoteCertificateValidationCallback!(credentials, leaf, leaf is null ? null : chain, errors), why);
    }
}
