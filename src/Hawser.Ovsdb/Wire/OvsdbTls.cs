using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hawser.Ovsdb;

/// <summary>The files of a TLS connection, in PEM, as <c>ovs-vsctl --ca-cert --certificate --private-key</c> takes them.</summary>
/// <param name="CaFile">The authority, or authorities, that signed the server's certificate.</param>
/// <param name="CertificateFile">Our certificate: the server demands one that its authority signed.</param>
/// <param name="PrivateKeyFile">The key of our certificate, not encrypted.</param>
public sealed record OvsdbTls(string CaFile, string CertificateFile, string PrivateKeyFile)
{
    /// <summary>Reads the files anew for every connection, so that a renewed certificate is used without a restart.</summary>
    internal async Task<Stream> AuthenticateAsync(Stream stream, string host, CancellationToken ct)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(CaFile);
        var intermediates = new X509Certificate2Collection();
        intermediates.ImportFromPemFile(CertificateFile);
        using var certificate = X509Certificate2.CreateFromPemFile(CertificateFile, PrivateKeyFile);
        var secured = new SslStream(stream);
        try
        {
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = host,
                ClientCertificateContext = SslStreamCertificateContext.Create(certificate, intermediates, offline: true),
                RemoteCertificateValidationCallback = (_, presented, chain, _) => IsTrusted(presented, chain, authorities),
            };
            await secured.AuthenticateAsClientAsync(options, ct).ConfigureAwait(false);
            return secured;
        }
        catch
        {
            await secured.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Whether the chain ends in one of our authorities. The host name is not looked at: certificates made with
    /// ovs-pki carry none, and OVS itself does not check it (lib/stream-ssl.c).
    /// </summary>
    static bool IsTrusted(X509Certificate? presented, X509Chain? received, X509Certificate2Collection authorities)
    {
        if (presented is not X509Certificate2 certificate)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in received?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(certificate);
    }

    /// <summary>Whether an exception means that the files, or the peer's certificate, are not as they should be.</summary>
    internal static bool IsFailure(Exception e) =>
        e is System.Security.Authentication.AuthenticationException or CryptographicException or UnauthorizedAccessException;
}
