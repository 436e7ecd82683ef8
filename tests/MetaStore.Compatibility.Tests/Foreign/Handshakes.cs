namespace MetaStore.Compatibility.Tests.Foreign;

/// <summary>TLS handshakes that did not succeed.</summary>
/// <param name="Failed">Given up, by the client or the member.</param>
/// <param name="Refused">Refused because of the client's certificate, or because there was none; not among those that failed.</param>
internal sealed record Handshakes(double Failed, double Refused);
