import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.pades.validation.PDFDocumentValidator;
import eu.europa.esig.dss.service.crl.OnlineCRLSource;
import eu.europa.esig.dss.service.ocsp.OnlineOCSPSource;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import java.io.File;
import java.util.stream.Collectors;

/**
 * EU DSS over a row of PDF files in one JVM, without any of sohoa's code.
 *
 * Arguments: `online` (asks OCSP and CRL) or `offline` (the file alone must prove all), the trusted
 * root, the files. Prints per signature, tab between: file, format, indication, sub-indication,
 * errors. A file that cannot be read says UNREADABLE.
 */
public final class Judge {
    public static void main(String[] arguments) {
        CommonTrustedCertificateSource roots = new CommonTrustedCertificateSource();
        roots.addCertificate(DSSUtils.loadCertificate(new File(arguments[1])));
        for (int at = 2; at < arguments.length; at++) {
            judge(new File(arguments[at]), verifier(roots, arguments[0].equals("online")));
        }
    }

    private static CommonCertificateVerifier verifier(
            CommonTrustedCertificateSource roots, boolean isOnline) {
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(roots);
        verifier.setAIASource(null);
        if (isOnline) {
            verifier.setOcspSource(new OnlineOCSPSource());
            verifier.setCrlSource(new OnlineCRLSource());
        }
        return verifier;
    }

    private static void judge(File file, CommonCertificateVerifier verifier) {
        try {
            PDFDocumentValidator validator = new PDFDocumentValidator(new FileDocument(file));
            validator.setCertificateVerifier(verifier);
            SimpleReport report = validator.validateDocument().getSimpleReport();
            for (String id : report.getSignatureIdList()) {
                String faults = report.getAdESValidationErrors(id).stream()
                        .map(one -> one.getValue()).collect(Collectors.joining("; "));
                print(file, report.getSignatureFormat(id), report.getIndication(id),
                        report.getSubIndication(id), faults);
            }
        } catch (RuntimeException fault) {
            print(file, "-", "UNREADABLE", fault.getClass().getSimpleName(), fault.getMessage());
        }
    }

    private static void print(File file, Object... facts) {
        StringBuilder line = new StringBuilder(file.getName());
        for (Object fact : facts) {
            String text = fact == null ? "-" : fact.toString();
            line.append('\t').append(text.replace('\t', ' ').replace('\n', ' '));
        }
        System.out.println(line);
    }
}
