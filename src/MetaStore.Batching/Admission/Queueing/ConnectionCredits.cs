namespace MetaStore.Batching.Admission.Queueing;

/// <summary>
/// The credits held by one client connection, and its calls waiting for one. One object per connection, created once; everything in it is guarded by
/// the lock of its <see cref="ProposalAdmission"/>. It costs nothing there while it neither holds nor waits for a credit.
/// </summary>
public sealed class ConnectionCredits
{
    /// <summary>Creates the credits of a connection that holds none.</summary>
    public ConnectionCredits()
    {
        Ordinary = new WaitingCalls(this, AdmissionClass.Ordinary);
        Essential = new WaitingCalls(this, AdmissionClass.Essential);
    }

    /// <summary>Credits held by ordinary calls, to which the limit per connection applies.</summary>
    internal int HeldOrdinary { get; set; }

    /// <summary>Credits held.</summary>
    internal int Held { get; set; }

    internal WaitingCalls Ordinary { get; }

    internal WaitingCalls Essential { get; }

    /// <summary>True while it holds or waits for a credit.</summary>
    internal bool IsActive => Held > 0 || Ordinary.Count > 0 || Essential.Count > 0;

    /// <summary>True while it is in <see cref="ActiveConnections"/>.</summary>
    internal bool IsListed { get; set; }

    internal ConnectionCredits? PreviousActive { get; set; }

    internal ConnectionCredits? NextActive { get; set; }

    internal WaitingCalls Of(AdmissionClass kind) => kind == AdmissionClass.Essential ? Essential : Ordinary;
}
