using System.Security.Cryptography.X509Certificates;
using MetaStore.Server.Listening.Tls.Certificates;
using MetaStore.Server.Listening.Tls.Clients;
using MetaStore.Testing.Certificates;

namespace MetaStore.Server.Tests.Listening.Tls;

/// <summary>Open connections whose other side has shown a certificate: judged once for each certificate, closed one by one.</summary>
public sealed class CertificateSessionsTests : IDisposable
{
    private readonly TestAuthority _authority = TestAuthority.Create();
    private readonly CertificateSessions<string> _sessions = new();
    private readonly CertificateTrust _trust;

    public CertificateSessionsTests() => _trust = new CertificateTrust([_authority.Certificate]);

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void Judge_ClosesEveryConnectionOfARefusedCertificate_AndNoOther()
    {
        ClientIdentity alice = Identity("CN=alice"), bob = Identity("CN=bob");
        _sessions.Add("a1", alice);
        _sessions.Add("a2", new ClientIdentity(X509CertificateLoader.LoadCertificate(alice.Certificate.Span), [], _trust, namesUser: true));
        _sessions.Add("b", bob);
        List<string?> judged = [];
        List<(string, string)> closed = [];
        _sessions.Judge(
            identity =>
            {
                judged.Add(identity.CommonName);
                return identity.CommonName == "alice" ? "revoked" : null;
            },
            (connection, _, why) => closed.Add((connection, why)));
        Assert.Equal(["alice", "bob"], judged.Order());
        Assert.Equal([("a1", "revoked"), ("a2", "revoked")], closed.Order());
        Assert.Equal((2L, 3), (_sessions.Closed, _sessions.Count));
    }

    [Fact]
    public void ConnectionThatHasEnded_IsNotJudged()
    {
        _sessions.Add("a", Identity("CN=alice"));
        _sessions.Remove("a");
        _sessions.Remove("a");
        _sessions.Judge(_ => throw new InvalidOperationException("it is judged"), (_, _, _) => { });
        Assert.Equal(0, _sessions.Count);
    }

    [Theory]
    [InlineData(true, "alice")]
    [InlineData(false, null)]
    public void Identity_HasACommonName_OnlyWhereCertificatesNameUsers(bool namesUser, string? name) =>
        Assert.Equal(name, Identity("CN=alice", namesUser).CommonName);

    /// <summary>The objects of a handshake end with it; what is judged later is a copy, with all that was sent.</summary>
    [Fact]
    public void Identity_IsJudgedByCopies_ThatEndWithTheJudgement()
    {
        ClientIdentity identity;
        using (X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(_authority.Issue("CN=alice").Certificate.RawData))
        using (X509Certificate2 sent = X509CertificateLoader.LoadCertificate(_authority.Certificate.RawData))
        {
            identity = new ClientIdentity(leaf, [sent], _trust, namesUser: true);
        }

        X509Certificate2? kept = null;
        string? why = identity.Judge((leaf, all) =>
        {
            kept = leaf;
            return $"{leaf.Subject} of {all.Count}, {all[1].Subject}";
        });
        Assert.Equal("CN=alice of 2, CN=test authority", why);
        Assert.Equal(IntPtr.Zero, kept!.Handle);
        Assert.Null(identity.Judge((_, _) => null));
        Assert.Same(_trust, identity.AcceptedBy);
    }

    private ClientIdentity Identity(string subject, bool namesUser = true) => new(_authority.Issue(subject).Certificate, [], _trust, namesUser);
}
